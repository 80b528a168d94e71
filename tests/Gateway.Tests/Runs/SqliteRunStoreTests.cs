using Skipper.Testing;

namespace Skipper.Gateway.Tests.Runs;

public sealed class SqliteRunStoreTests : RunStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}
