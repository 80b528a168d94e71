using Skipper.Testing;

namespace Skipper.Gateway.Tests.Retention;

public sealed class SqliteRetentionTests : RetentionContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}
