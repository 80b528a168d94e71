using Skipper.Testing;

namespace Skipper.Gateway.Tests.Retention;

public sealed class PostgreSqlRetentionTests : RetentionContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
