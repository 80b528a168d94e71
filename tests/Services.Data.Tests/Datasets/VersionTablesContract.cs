using System.Data.Common;
using Dapper;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Datasets;

/// <summary>Versions and their tables: what is there stays, what was left behind goes.</summary>
public abstract class VersionTablesContract : RegistryTests
{
    [Fact]
    public async Task A_version_has_its_rows_in_a_typed_table()
    {
        await Host.ImportAsync("towns", First);

        var manifest = await Host.Rpc.CallAsync(new DescribeDataset { Data = Name("towns") }, cancellationToken: Token);
        var rows = await Host.Database.ReadAsync(
            async connection => (await connection.QueryAsync<(long, string, double?)>(
                $"SELECT id, town, n FROM {manifest.Table} WHERE at IS NOT NULL ORDER BY id")).ToList(),
            Token);

        Assert.Equal([(1, "a", 1.5), (2, "b", 2.5), (4, "d", null)], rows);
        Assert.Equal(["integer", "text", "timestamp", "number"], manifest.Dataset.Columns.Select(column => column.Type));
        Assert.Equal([0, 0, 1, 1], manifest.Dataset.Columns.Select(column => column.MissingCount));
        Assert.Equal("import", manifest.Transform);
        Assert.Matches("^[0-9a-f]{64}$", Assert.Single(manifest.Sources));
    }

    [Fact]
    public async Task An_import_that_makes_no_new_version_leaves_no_table()
    {
        await Host.ImportAsync("towns", First);
        var before = await TablesAsync();

        await Host.ImportAsync("towns", First);
        await Assert.ThrowsAsync<MeshException>(() => Host.ImportAsync("towns", "a,b\n1,2\n3\n4\n5\n"));

        Assert.Equal(before, await TablesAsync());
    }

    [Fact]
    public async Task The_table_of_an_import_that_died_is_dropped_a_day_later()
    {
        var table = new TypedTable("vabandoned", new TableSchema([new("a", ColumnKind.Number)]));
        await Host.Database.WriteAsync(
            async transaction =>
            {
                await Host.Service<TypedTableStore>().CreateAsync(transaction, table, Token);
                return await transaction.Connection!.ExecuteAsync(
                    Host.Database.Sql("INSERT INTO data.dataset_drafts (rows_table, started_at) VALUES (@name, @at)"),
                    new { name = table.Name, at = DateTimeOffset.UnixEpoch },
                    transaction);
            },
            Token);
        Assert.Contains(await TablesAsync(), name => name.EndsWith("vabandoned", StringComparison.Ordinal));

        await Host.ImportAsync("towns", First);

        Assert.DoesNotContain(await TablesAsync(), name => name.EndsWith("vabandoned", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_version_is_never_changed_or_deleted()
    {
        await Host.ImportAsync("towns", First);

        foreach (var text in (string[])["UPDATE data.dataset_versions SET row_count = 1", "DELETE FROM data.dataset_versions"])
        {
            var refused = await Assert.ThrowsAnyAsync<DbException>(() => Host.Database.WriteAsync(
                transaction => transaction.Connection!.ExecuteAsync(Host.Database.Sql(text), transaction: transaction), Token));
            Assert.Contains("never changes", refused.Message, StringComparison.Ordinal);
        }
    }

    private async Task<List<string>> TablesAsync() =>
        await Host.Database.ReadAsync(
            async connection => (await connection.QueryAsync<string>(
                IsSqlite
                    ? "SELECT name FROM sqlite_master WHERE name LIKE 'data_rows_%' ORDER BY name"
                    : "SELECT tablename FROM pg_tables WHERE schemaname = 'data' AND tablename LIKE 'rows_%' ORDER BY tablename")).ToList(),
            Token);
}

public sealed class SqliteVersionTablesTests : VersionTablesContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}

public sealed class PostgreSqlVersionTablesTests : VersionTablesContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
