using Skipper.Testing;

namespace Skipper.Gateway.Tests.RunsApi;

public sealed class SqliteRunReaderTests : RunReaderContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}
