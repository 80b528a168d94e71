using System.Text.Json;
using Skipper.Services.Data.Tests.Sources.Doubles;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Sources;

/// <summary>From the records of a source to a dataset version, with what is wrong in quarantine, on either database.</summary>
public abstract class PublishContract : IAsyncLifetime
{
    private const string Rows = """{"id":1,"at":"2024-01-01T00:00:00Z","price":10.5},{"id":2,"at":"2024-01-02T00:00:00Z","price":20}""";

    private SourceBench _bench = null!;
    private ProviderDouble _provider = null!;
    private string _rows = Rows;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _bench = await SourceBench.StartAsync(await CreateStorageAsync());
        _provider = await ProviderDouble.StartAsync();
        _provider.Json["/rows"] = _ => System.Text.Json.Nodes.JsonNode.Parse($$"""{"rows":[{{_rows}}]}""");
    }

    public async ValueTask DisposeAsync()
    {
        if (_provider is not null)
        {
            await _provider.DisposeAsync();
            await _bench.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_record_that_cannot_be_mapped_is_in_quarantine_once_with_all_reasons()
    {
        _rows = Rows + """,{"id":3,"at":"soon","price":"much"}""";
        await DeclareAsync("prices");

        var run = await _bench.IngestAsync("prices");
        await _bench.IngestAsync("prices");

        var row = Assert.Single((await QuarantineAsync("source:prices")).Rows);
        Assert.Equal((1L, 3L, "open", "source prices"), (run.Rejected, row.Line, row.Status, row.Rules));
        Assert.Equal(["at", "price"], row.Reasons.SelectMany(reason => reason.Columns));
        Assert.Equal("""{"id":3,"at":"soon","price":"much"}""", row.Raw.GetProperty("$record").GetRawText());
        Assert.Equal((3, JsonValueKind.Null), (row.Raw.GetProperty("id").GetInt32(), row.Raw.GetProperty("price").ValueKind));
        Assert.Equal(2, await _bench.CountAsync("rows_prices"));
    }

    [Fact]
    public async Task A_fixed_record_is_merged_into_the_table_of_its_source()
    {
        _rows = Rows + """,{"id":3,"at":"soon","price":"much"},{"id":4,"at":"2024-01-04T00:00:00Z","price":"?"}""";
        await DeclareAsync("prices");
        await _bench.IngestAsync("prices");
        var ids = (await QuarantineAsync("source:prices")).Rows.ToDictionary(row => row.Line, row => row.Id);

        var unfixed = await ReplayAsync((ids[3], """{"at":"2024-01-03T00:00:00Z"}"""), (ids[4], null));
        var stranger = await Assert.ThrowsAsync<MeshException>(() => ReplayAsync((ids[3], """{"cost":3}""")));
        var both = await ReplayAsync((ids[3], """{"at":"2024-01-03T00:00:00Z","price":30}"""), (ids[4], """{"price":null}"""));

        Assert.Equal((0, 2), (unfixed.AcceptedCount, unfixed.Refused.Count));
        Assert.Contains("has no column 'cost'. It has: id, at, price.", stranger.Message, StringComparison.Ordinal);
        Assert.Equal((2, 0, null), (both.AcceptedCount, both.Refused.Count, both.Dataset));
        Assert.Equal(["1|10.5", "2|20", "3|30", "4|"], await _bench.RowsAsync("prices", "id, price"));
        Assert.Equal(0, (await QuarantineAsync("source:prices")).OpenCount);
        Assert.Equal(
            ErrorCode.FailedPrecondition, (await Assert.ThrowsAsync<MeshException>(() => ReplayAsync((ids[3], null)))).Code);
    }

    [Fact]
    public async Task A_fixed_record_does_not_replace_what_came_later()
    {
        _rows = Rows + """,{"id":3,"at":"2024-01-03T00:00:00Z","price":"?"}""";
        await DeclareAsync("prices");
        await _bench.IngestAsync("prices");
        var id = Assert.Single((await QuarantineAsync("source:prices")).Rows).Id;
        _rows = Rows + """,{"id":3,"at":"2024-01-03T00:00:00Z","price":31}""";
        await _bench.IngestAsync("prices");

        var replay = await ReplayAsync((id, """{"price":30}"""));

        Assert.Equal("outdated", Assert.Single(Assert.Single(replay.Refused).Reasons).Rule);
        Assert.Contains("3|31", await _bench.RowsAsync("prices", "id, price"));
    }

    [Fact]
    public async Task A_mended_declaration_and_a_replay_empty_the_quarantine()
    {
        _rows = Rows + """,{"id":3,"at":"2024-01-03T00:00:00Z","price":"n/a"}""";
        await DeclareAsync("prices");
        await _bench.IngestAsync("prices");
        Assert.Equal(1, (await QuarantineAsync("source:prices")).OpenCount);

        await DeclareAsync("prices", missing: "n/a");
        await _bench.ReplayAsync("prices");

        Assert.Equal("replayed", Assert.Single((await QuarantineAsync("source:prices")).Rows).Status);
        Assert.Equal(3, await _bench.CountAsync("rows_prices"));
    }

    [Fact]
    public async Task Rows_are_published_with_their_lineage_and_the_same_rows_are_the_same_version()
    {
        await DeclareAsync("prices", cursor: true);
        await _bench.IngestAsync("prices");

        var first = await PublishAsync("prices");
        await _bench.IngestAsync("prices");
        var same = await PublishAsync("prices");
        _rows = Rows + """,{"id":3,"at":"2024-01-05T00:00:00Z","price":30}""";
        await _bench.IngestAsync("prices");
        var second = await PublishAsync("prices");

        Assert.Equal((1, 2, 1, 2, 3), (first.Version, first.RowCount, same.Version, second.Version, second.RowCount));
        Assert.Equal(["id", "at", "price", "ingested_at"], second.Columns.Select(column => column.Name));
        var manifest = await _bench.Host.Rpc.CallAsync(
            new DescribeDataset { Data = new() { Name = "prices" } }, cancellationToken: Token);
        Assert.Equal(("publish_source", "prices"), (manifest.Transform, Assert.Single(manifest.Sources)));
        var from = JsonElement.Parse(manifest.Parameters!);
        var source = from.GetProperty("sources")[0];
        Assert.Equal(
            (new DateTime(2024, 1, 2), new DateTime(2024, 1, 5), 2),
            (source.GetProperty("cursor_from").GetDateTimeOffset().UtcDateTime,
                source.GetProperty("cursor_to").GetDateTimeOffset().UtcDateTime,
                source.GetProperty("answers").GetInt32()));
        using var answers = new StreamReader(await _bench.Host.Artifacts.OpenAsync(from.GetProperty("answers").GetString()!, Token));
        var digests = (await answers.ReadToEndAsync(Token)).TrimEnd().Split('\n')
            .Select(line => JsonElement.Parse(line).GetProperty("digest").GetString());
        Assert.Equal((await _bench.QueryAsync("SELECT digest FROM data.source_pages ORDER BY id")).Select(page => page["digest"]), digests);
    }

    [Fact]
    public async Task Sources_with_the_same_columns_are_published_together_and_others_are_refused()
    {
        await DeclareAsync("prices");
        await DeclareAsync("more");
        await DeclareAsync("unlike", columns: "  volume: { type: integer, from: volume }\n");
        await _bench.IngestAsync("prices");
        var empty = await Assert.ThrowsAsync<MeshException>(() => PublishAsync("all", "more"));
        await _bench.IngestAsync("more");

        var all = await PublishAsync("all", "prices", "more");
        var unlike = await Assert.ThrowsAsync<MeshException>(() => PublishAsync("all", "prices", "unlike"));

        Assert.Equal(4, all.RowCount);
        Assert.Equal("There are no rows of more to publish: ingest first.", empty.Message);
        Assert.Contains("volume (integer)", unlike.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_suite_of_the_dataset_decides_and_a_bad_row_is_in_quarantine_once()
    {
        _rows = Rows + """,{"id":3,"at":"2024-01-03T00:00:00Z","price":-1}""";
        await DeclareAsync("prices");
        await _bench.IngestAsync("prices");
        await SuiteAsync(0.9);
        var refused = await Assert.ThrowsAsync<MeshException>(() => PublishAsync("prices"));
        Assert.Equal(ErrorCode.FailedPrecondition, refused.Code);
        Assert.Null(await _bench.Host.Datasets.FindAsync("prices", null, Token));

        await SuiteAsync(0.5);
        var first = await PublishAsync("prices");
        _rows += """,{"id":4,"at":"2024-01-04T00:00:00Z","price":4},{"id":1,"at":"2024-01-09T00:00:00Z","price":9}""";
        await _bench.IngestAsync("prices");
        var second = await PublishAsync("prices");

        Assert.Equal((2, 1, 2, 3, 1), (first.RowCount, first.RejectedCount, second.Version, second.RowCount, second.RejectedCount));
        var row = Assert.Single((await QuarantineAsync("prices")).Rows);
        Assert.Equal(("positive", -1), (Assert.Single(row.Reasons).Rule, row.Raw.GetProperty("price").GetInt32()));
    }

    [Fact]
    public async Task A_standard_reads_the_rows_as_texts_and_late_findings_leave_the_version()
    {
        _rows = Rows + """,{"id":3,"at":"2024-01-03T00:00:00Z","price":0.1}""";
        await DeclareAsync("prices");
        await _bench.IngestAsync("prices");
        await PutAsync("standard", "shares", """
            name: shares
            columns:
              - { name: id, type: integer }
              - { name: share, from: price, type: number, unit: "1", source_unit: "%" }
              - { name: at, type: timestamp }
            """);

        var version = await PublishAsync("shares", "prices");

        Assert.Equal(["integer", "number", "timestamp"], version.Columns.Select(column => column.Type));
        var rows = new List<double>();
        await _bench.Host.Service<Skipper.Services.Data.Datasets.DatasetCatalog>().ReadAsync(
            version,
            batch =>
            {
                rows.AddRange(batch.Numbers(1).Take(batch.Count));
                return Task.CompletedTask;
            },
            Token);
        Assert.Equal([0.105, 0.2, 0.001], rows.Select(value => Math.Round(value, 9)));
    }

    protected abstract Task<TestStorage> CreateStorageAsync();

    private Task<SourceDescription> DeclareAsync(string name, string missing = "-", bool cursor = false, string columns = "") => _bench.DeclareAsync(
        $$"""
        name: {{name}}
        kind: json
        table: {{name}}
        request: { url: "{{_provider.Address}}rows" }
        limits: { per_second: 1000 }
        records: { path: rows, missing: ["{{missing}}"] }
        columns:
          id: { type: integer, from: id, required: true }
          at: { type: timestamp, from: at, required: true }
          price: { type: number, from: price }
        {{columns}}key: [id]
        {{(cursor ? "cursor: { column: at }" : "")}}
        """);

    private Task<DeclarationVersion> SuiteAsync(double mostly) => PutAsync(
        "suite",
        "prices",
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"name: prices\nmostly: {mostly}\nchecks:\n  - {{ name: positive, type: range, column: price, above: 0 }}\n"));

    private Task<DeclarationVersion> PutAsync(string kind, string name, string source) => _bench.Host.Rpc.CallAsync(
        new PutDeclaration { Data = new() { Kind = kind, Name = name, Source = source } }, cancellationToken: Token);

    private Task<DatasetVersion> PublishAsync(string dataset, params string[] sources) => _bench.Host.Rpc.CallAsync(
        new PublishSource { Data = new() { Dataset = dataset, Sources = sources.Length == 0 ? [dataset] : sources } }, cancellationToken: Token);

    private Task<QuarantinePage> QuarantineAsync(string dataset) => _bench.Host.Rpc.CallAsync(
        new ListQuarantine { Data = new() { Dataset = dataset } }, cancellationToken: Token);

    private Task<QuarantineReplay> ReplayAsync(params (Guid Id, string? Fixed)[] rows) => _bench.Host.Rpc.CallAsync(
        new ReplayQuarantine
        {
            Data = new()
            {
                Dataset = "source:prices",
                Rows = [.. rows.Select(row => new ReplayRow { Id = row.Id, Fixed = row.Fixed is null ? null : JsonElement.Parse(row.Fixed) })],
            },
        },
        cancellationToken: Token);
}

public sealed class SqlitePublishTests : PublishContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}

public sealed class PostgreSqlPublishTests : PublishContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
