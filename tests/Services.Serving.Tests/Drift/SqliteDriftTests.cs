using Skipper.Testing;

namespace Skipper.Services.Serving.Tests.Drift;

public sealed class SqliteDriftTests : DriftContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}
