using Skipper.Testing;

namespace Skipper.Gateway.Tests.Idempotency;

public sealed class PostgreSqlIdempotencyStoreTests : IdempotencyStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
