using System.Text;
using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Datasets;

/// <summary>Versions with all that belongs to them, as callers see them.</summary>
public abstract class DatasetRegistryContract : RegistryTests
{
    [Fact]
    public async Task Versions_are_listed_found_by_tag_and_as_of_a_time()
    {
        var first = await Host.ImportAsync("towns", First);
        var second = await Host.ImportAsync("towns", Second);
        await TagAsync("production", 2);
        var rolledBack = await TagAsync("production", 1);
        await TagAsync("newest.2", 2);

        var list = await Host.Rpc.CallAsync(new ListDatasetVersions { Data = Name("towns") }, cancellationToken: Token);
        var older = await Host.Rpc.CallAsync(
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
        var first = await Host.ImportAsync("towns", First);

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
        var parent = await Host.ImportAsync("towns", First);
        var publisher = Host.Service<DatasetPublisher>();
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
        await Host.ImportAsync("towns", First);
        await Host.ImportAsync("towns", Second);

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
        await Host.ImportAsync("towns", First);
        await Host.ImportAsync("towns", Second);

        Assert.Null((await DiffAsync(null)).Rows);
        Assert.Equal([["3", "c"]], (await DiffAsync(["id", "town"])).Rows!.Changed);
        Assert.Contains("is no key", (await RefusedAsync(() => DiffAsync(["n"]))).Message, StringComparison.Ordinal);
        Assert.Contains("both have town, id, n", (await RefusedAsync(() => DiffAsync(["extra"]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_runs_nothing_in_a_spreadsheet_and_can_be_imported_again()
    {
        var text = "n,t,=x\n-1.5,\"=HYPERLINK(\"\"http://x\"\")\",2026-01-02T03:04:05.5Z\n2,\"@sum\na\",\n3,+1 plus,1969-12-31\n4,plain,\n";
        await Host.ImportAsync("cells", text);

        var export = await Host.Rpc.CallAsync(new ExportDataset { Data = Name("cells") }, cancellationToken: Token);

        using var reader = new StreamReader(await Host.Artifacts.OpenAsync(export.Artifact, Token), Encoding.UTF8);
        Assert.Equal(
            "n,t,'=x\r\n-1.5,\"'=HYPERLINK(\"\"http://x\"\")\",2026-01-02T03:04:05.500000Z\r\n2,\"'@sum\na\",\r\n"
            + "3,'+1 plus,1969-12-31T00:00:00Z\r\n4,plain,\r\n",
            await reader.ReadToEndAsync(Token));
        Assert.Equal(export.Artifact, (await Host.Rpc.CallAsync(new ExportDataset { Data = Name("cells") }, cancellationToken: Token)).Artifact);
    }
}

public sealed class SqliteDatasetRegistryTests : DatasetRegistryContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}

public sealed class PostgreSqlDatasetRegistryTests : DatasetRegistryContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
