using Skipper.Testing;

namespace Skipper.Gateway.Tests.Pushes;

public sealed class SqlitePushStoreTests : PushStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}
