using Skipper.Testing;

namespace Skipper.Gateway.Tests.Jobs;

public sealed class MemoryJobEngineTests : JobEngineContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}
