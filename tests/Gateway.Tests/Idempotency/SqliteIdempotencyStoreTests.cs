using Skipper.Testing;

namespace Skipper.Gateway.Tests.Idempotency;

public sealed class SqliteIdempotencyStoreTests : IdempotencyStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}
