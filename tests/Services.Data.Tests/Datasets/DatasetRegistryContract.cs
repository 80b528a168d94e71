using System.Text;
using Dapper;
using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Datasets;

/// <summary>Versions with all that belongs to them, as callers see them, on either database.</summary>
public abstract class DatasetRegistryContract : IAsyncLifetime
{
    private const string First = "id,town,at,n\n1,a,2026-01-01,1.5\n2,b,2026-01-02,2.5\n3,c,,3.5\n4,d,2026-01-04,\n";
    private const string Second = "town,id,n,extra\na,1,1.5,x\nB,2,2.5,y\nc,3,30,\ne,5,9,z\n";

    private TestStorage _storage = null!;
    private DataHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _storage = await CreateStorageAsync();
        _host = new DataHost(_storage);
        await _host.StartAsync();

        // The sample is imported meanwhile, and its table must not be mistaken for another.
        await Eventually.TrueAsync(
            async () => await _host.Datasets.FindAsync("housing", null, Token) is not null, "the sample is registered", Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        if (_storage is not null)
        {
            await _storage.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_version_has_its_rows_in_a_typed_table()
    {
        await _host.ImportAsync("towns", First);

        var manifest = await _host.Rpc.CallAsync(new DescribeDataset { Data = Name("towns") }, cancellationToken: Token);
        var rows = await _host.Database.ReadAsync(
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
        await _host.ImportAsync("towns", First);
        var before = await TablesAsync();

        await _host.ImportAsync("towns", First);
        await Assert.ThrowsAsync<MeshException>(() => _host.ImportAsync("towns", "a,b\n1,2\n3\n4\n5\n"));

        Assert.Equal(before, await TablesAsync());
    }

    [Fact]
    public async Task The_table_of_an_import_that_died_is_dropped_a_day_later()
    {
        var table = new TypedTable("vabandoned", new TableSchema([new("a", ColumnKind.Number)]));
        await _host.Database.WriteAsync(
            async transaction =>
            {
                await _host.Service<TypedTableStore>().CreateAsync(transaction, table, Token);
                return await transaction.Connection!.ExecuteAsync(
                    _host.Database.Sql("INSERT INTO data.dataset_drafts (rows_table, started_at) VALUES (@name, @at)"),
                    new { name = table.Name, at = DateTimeOffset.UnixEpoch },
                    transaction);
            },
            Token);
        Assert.Contains(await TablesAsync(), name => name.EndsWith("vabandoned", StringComparison.Ordinal));

        await _host.ImportAsync("towns", First);

        Assert.DoesNotContain(await TablesAsync(), name => name.EndsWith("vabandoned", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_version_is_never_changed_or_deleted()
    {
        await _host.ImportAsync("towns", First);

        foreach (var text in (string[])["UPDATE data.dataset_versions SET row_count = 1", "DELETE FROM data.dataset_versions"])
        {
            var refused = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => _host.Database.WriteAsync(
                transaction => transaction.Connection!.ExecuteAsync(_host.Database.Sql(text), transaction: transaction), Token));
            Assert.Contains("never changes", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Versions_are_listed_found_by_tag_and_as_of_a_time()
    {
        var first = await _host.ImportAsync("towns", First);
        var second = await _host.ImportAsync("towns", Second);
        await TagAsync("production", 2);
        var rolledBack = await TagAsync("production", 1);
        await TagAsync("newest.2", 2);

        var list = await _host.Rpc.CallAsync(new ListDatasetVersions { Data = Name("towns") }, cancellationToken: Token);
        var older = await _host.Rpc.CallAsync(
            new ListDatasetVersions { Data = Name("towns") with { Version = 2 } }, cancellationToken: Token);

        Assert.Equal([2, 1], list.Versions.Select(version => version.Version));
        Assert.Equal([1], older.Versions.Select(version => version.Version));
        Assert.Equal([("newest.2", 2), ("production", 1)], list.Tags.Select(tag => (tag.Tag, tag.Version)));
        Assert.Equal(rolledBack.MovedAt, (await TagAsync("production", 1)).MovedAt);
        Assert.Equal(1, (await FindAsync(Name("towns") with { Tag = "production" })).Version);
        Assert.Equal(1, (await FindAsync(Name("towns") with { AsOf = first.CreatedAt })).Version);
        Assert.Equal(2, (await FindAsync(Name("towns") with { AsOf = second.CreatedAt.AddDays(1) })).Version);
        Assert.Equal(["production"], (await DescribeAsync("towns", 1)).Tags);
    }

    [Fact]
    public async Task What_cannot_be_found_or_tagged_says_why()
    {
        var first = await _host.ImportAsync("towns", First);

        var early = await RefusedAsync(() => FindAsync(Name("towns") with { AsOf = first.CreatedAt.AddSeconds(-1) }));
        var unknown = await RefusedAsync(() => FindAsync(Name("towns") with { Tag = "production" }));
        var both = await RefusedAsync(() => FindAsync(Name("towns") with { Tag = "production", Version = 1 }));
        var number = await RefusedAsync(() => TagAsync("17", 1));
        var absent = await RefusedAsync(() => TagAsync("production", 7));

        Assert.Equal((ErrorCode.NotFound, true), (early.Code, early.Message.Contains("had no version yet", StringComparison.Ordinal)));
        Assert.Equal((ErrorCode.NotFound, true), (unknown.Code, unknown.Message.Contains("no tag 'production'", StringComparison.Ordinal)));
        Assert.Equal(ErrorCode.InvalidArgument, both.Code);
        Assert.Equal((ErrorCode.InvalidArgument, true), (number.Code, number.Message.Contains("not only digits", StringComparison.Ordinal)));
        Assert.Equal(ErrorCode.NotFound, absent.Code);
    }

    [Fact]
    public async Task A_version_knows_its_parents_and_its_children()
    {
        var parent = await _host.ImportAsync("towns", First);
        var publisher = _host.Service<DatasetPublisher>();
        var batch = new RowBatch(new TableSchema([new("x", ColumnKind.Number)])) { Count = 2 };
        await using var draft = await publisher.StartAsync("made", batch.Schema, Token);
        await draft.WriteAsync(batch, Token);

        var made = await publisher.CommitAsync(
            "made",
            draft,
            new DatasetOrigin { Transform = "double", Parameters = """{"by":2}""", Parents = [new("towns", 1), new("towns", 1)] },
            RejectedSummary.None,
            Token);

        var child = await DescribeAsync("made", 1);
        Assert.Equal([new DatasetReference("towns", 1, parent.Digest)], child.Parents);
        Assert.Equal(("double", """{"by":2}"""), (child.Transform, child.Parameters));
        Assert.Equal([new DatasetReference("made", 1, made.Digest)], (await DescribeAsync("towns", 1)).Children);
    }

    [Fact]
    public async Task A_difference_names_columns_rows_and_how_numbers_moved()
    {
        await _host.ImportAsync("towns", First);
        await _host.ImportAsync("towns", Second);

        var diff = await DiffAsync(["id"]);

        Assert.Equal(["extra"], diff.AddedColumns);
        Assert.Equal(["at"], diff.RemovedColumns);
        Assert.Equal(["town", "id", "n"], diff.Columns.Select(column => column.Name));
        Assert.Equal([1L, null, 1L], diff.Columns.Select(column => column.ChangedCount));
        Assert.Equal((1, 1, 2), (diff.Rows!.AddedCount, diff.Rows.RemovedCount, diff.Rows.ChangedCount));
        Assert.Equal(["5"], Assert.Single(diff.Rows.Added));
        Assert.Equal(["4"], Assert.Single(diff.Rows.Removed));
        Assert.Equal([["2"], ["3"]], diff.Rows.Changed);
        var n = diff.Columns[2];
        Assert.Equal((0.25, 2.5, 1.0, 1.5, 3.5), (n.From.MissingShare, n.From.Mean, n.From.StandardDeviation, n.From.Minimum, n.From.Maximum));
        Assert.Equal(10.75, n.To.Mean);
        Assert.Equal(8.25, n.MeanShift);
        Assert.Null(diff.Columns[0].From.Mean);
    }

    [Fact]
    public async Task Rows_are_not_compared_without_a_key_that_is_one()
    {
        await _host.ImportAsync("towns", First);
        await _host.ImportAsync("towns", Second);

        Assert.Null((await DiffAsync(null)).Rows);
        Assert.Equal([["3", "c"]], (await DiffAsync(["id", "town"])).Rows!.Changed);
        Assert.Contains("is no key", (await RefusedAsync(() => DiffAsync(["n"]))).Message, StringComparison.Ordinal);
        Assert.Contains("both have town, id, n", (await RefusedAsync(() => DiffAsync(["extra"]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_runs_nothing_in_a_spreadsheet_and_can_be_imported_again()
    {
        var text = "n,t,=x\n-1.5,\"=HYPERLINK(\"\"http://x\"\")\",2026-01-02T03:04:05.5Z\n2,\"@sum\na\",\n3,+1 plus,1969-12-31\n4,plain,\n";
        await _host.ImportAsync("cells", text);

        var export = await _host.Rpc.CallAsync(new ExportDataset { Data = Name("cells") }, cancellationToken: Token);

        using var reader = new StreamReader(await _host.Artifacts.OpenAsync(export.Artifact, Token), Encoding.UTF8);
        Assert.Equal(
            "n,t,'=x\r\n-1.5,\"'=HYPERLINK(\"\"http://x\"\")\",2026-01-02T03:04:05.500000Z\r\n2,\"'@sum\na\",\r\n"
            + "3,'+1 plus,1969-12-31T00:00:00Z\r\n4,plain,\r\n",
            await reader.ReadToEndAsync(Token));
        Assert.Equal(export.Artifact, (await _host.Rpc.CallAsync(new ExportDataset { Data = Name("cells") }, cancellationToken: Token)).Artifact);
    }

    protected abstract Task<TestStorage> CreateStorageAsync();

    private static DatasetName Name(string name) => new() { Name = name };

    private static Task<MeshException> RefusedAsync(Func<Task> call) => Assert.ThrowsAsync<MeshException>(call);

    private async Task<List<string>> TablesAsync() =>
        await _host.Database.ReadAsync(
            async connection => (await connection.QueryAsync<string>(
                _storage.ConnectionString is null
                    ? "SELECT name FROM sqlite_master WHERE name LIKE 'data_rows_%' ORDER BY name"
                    : "SELECT tablename FROM pg_tables WHERE schemaname = 'data' AND tablename LIKE 'rows_%' ORDER BY tablename")).ToList(),
            Token);

    private Task<DatasetTag> TagAsync(string tag, int version) => _host.Rpc.CallAsync(
        new TagDataset { Data = new() { Name = "towns", Tag = tag, Version = version } }, cancellationToken: Token);

    private Task<DatasetVersion> FindAsync(DatasetName name) =>
        _host.Rpc.CallAsync(new FindDataset { Data = name }, cancellationToken: Token);

    private Task<DatasetManifest> DescribeAsync(string name, int version) => _host.Rpc.CallAsync(
        new DescribeDataset { Data = Name(name) with { Version = version } }, cancellationToken: Token);

    private Task<DatasetDiff> DiffAsync(IReadOnlyList<string>? key) => _host.Rpc.CallAsync(
        new DiffDatasets { Data = new() { Name = "towns", From = 1, To = 2, Key = key } }, cancellationToken: Token);
}

public sealed class SqliteDatasetRegistryTests : DatasetRegistryContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}

public sealed class PostgreSqlDatasetRegistryTests : DatasetRegistryContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
