using Skipper.Testing;

namespace Skipper.Gateway.Tests.Pushes;

public sealed class PostgreSqlPushStoreTests : PushStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
