using Skipper.Testing;

namespace Skipper.Gateway.Tests.Backfills;

public sealed class SqliteBackfillTests : BackfillContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}
