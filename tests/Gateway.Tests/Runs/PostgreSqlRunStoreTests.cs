using Skipper.Testing;

namespace Skipper.Gateway.Tests.Runs;

public sealed class PostgreSqlRunStoreTests : RunStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
