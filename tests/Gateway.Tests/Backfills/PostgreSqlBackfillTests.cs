using Skipper.Testing;

namespace Skipper.Gateway.Tests.Backfills;

public sealed class PostgreSqlBackfillTests : BackfillContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
