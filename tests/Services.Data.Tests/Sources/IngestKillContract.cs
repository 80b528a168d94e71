using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Skipper.Services.Data.Tests.Sources.Doubles;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Sources;

/// <summary>
/// A process is killed, again and again, in the middle of an ingestion; the next one goes on. No row is lost, none is there
/// twice.
/// </summary>
public abstract class IngestKillContract : IAsyncLifetime
{
    private const int Places = 3;
    private const int RowsAtFirst = 120;
    private const int NewRows = 60;
    private const int PageSize = 20;
    private const int Kills = 6;

    private TestStorage _storage = null!;
    private SourceBench _bench = null!;
    private ProviderDouble _provider = null!;
    private int _rows = RowsAtFirst;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _storage = await CreateStorageAsync();
        _bench = await SourceBench.StartAsync(_storage);
        _provider = await ProviderDouble.StartAsync();
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
    public async Task Killed_while_it_asks_an_api_for_pages_it_loses_no_row_and_has_none_twice()
    {
        _provider.Json["/rows"] = Page;
        await _bench.DeclareAsync($$"""
            name: paged
            kind: json
            table: paged
            request: { url: "{{_provider.Address}}rows?place={place}&since={since_unix}", next: next }
            for_each: [{ place: "0" }, { place: "1" }, { place: "2" }]
            limits: { per_second: 1000 }
            records: { path: rows }
            columns:
              place: { value: "{place}" }
              time: { type: timestamp, from: time, required: true }
              number: { type: integer, from: number, required: true }
            key: [place, time]
            cursor: { column: time, lag: 10s, start: "2024-01-01T00:00:00Z" }
            """);
        var random = new Random(11);
        for (var kill = 0; kill < Kills; kill++)
        {
            // Every place has at least three pages that are new. While it waits for an answer,
            // or a moment after it has one: then it maps, merges or commits.
            var (victim, isAfter, delay) = (random.Next(1, 9), random.Next(3) > 0, random.Next(0, 25));
            var (seen, reached) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            _provider.OnRequest = _ =>
            {
                if (Interlocked.Increment(ref seen) == victim)
                {
                    reached.SetResult();
                    return isAfter ? Task.CompletedTask : Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, Token);
                }

                return Task.CompletedTask;
            };
            await using var worker = Start("paged");
            await worker.Process.WaitUntilAsync(() => Task.FromResult(reached.Task.IsCompleted), $"request {victim} comes", Token);
            await Task.Delay(TimeSpan.FromMilliseconds(isAfter ? delay : 0), TimeProvider.System, Token);
            await worker.Process.KillAsync();
            _rows += NewRows;
        }

        _provider.OnRequest = _ => Task.CompletedTask;
        await FinishAsync("paged");

        Assert.Equal(
            Enumerable.Range(0, Places).SelectMany(place => Enumerable.Range(0, _rows).Select(row => $"{place}|{row}"))
                .Order(StringComparer.Ordinal),
            await _bench.RowsAsync("paged", "place, number"));
        var pages = await _bench.QueryAsync("SELECT item, page, digest, COUNT(*) AS n FROM data.source_pages GROUP BY item, page, digest");
        Assert.All(pages, page => Assert.Equal(1L, Convert.ToInt64(page["n"], CultureInfo.InvariantCulture)));
        Assert.Equal(await _bench.CountAsync("source_pages"), pages.Count);
    }

    [Fact]
    public async Task Killed_while_it_reads_a_file_it_goes_on_behind_what_is_committed()
    {
        const int Records = 60_000;
        await _bench.DeclareAsync("""
            name: history
            kind: file
            table: history
            columns:
              id: { type: integer, from: id, required: true }
              text: { from: text }
            key: [id]
            """);
        var csv = "id,text\n" + string.Concat(Enumerable.Range(0, Records).Select(id => $"{id},\"row {id}\nof a file\"\n"));
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(csv));
        var artifact = await _bench.Host.Artifacts.PutAsync(content, Token);
        var random = new Random(5);
        for (var kill = 0; kill < Kills / 2; kill++)
        {
            var more = await CountRowsAsync() + random.Next(1, Records / 12);
            await using var worker = Start("history", artifact);
            await worker.Process.WaitUntilAsync(async () => await CountRowsAsync() >= more, $"{more} rows are there", Token);
            await worker.Process.KillAsync();
        }

        var before = await CountRowsAsync();
        await FinishAsync("history", artifact);

        Assert.InRange(before, 1, Records - 1);
        Assert.Equal(Records, await CountRowsAsync());
        Assert.Equal(Records / 1000, await _bench.CountAsync("source_pages"));
        var state = Assert.Single((await _bench.FindAsync("history")).Items);
        Assert.Equal((Records, true), (state.Records, state.Done));
    }

    protected abstract Task<TestStorage> CreateStorageAsync();

    private async Task<long> CountRowsAsync()
    {
        try
        {
            return await _bench.CountAsync("rows_history");
        }
        catch (System.Data.Common.DbException)
        {
            // The first ingestion has not made the table yet.
            return 0;
        }
    }

    private JsonObject Page(Microsoft.AspNetCore.Http.HttpContext context)
    {
        var query = context.Request.Query;
        var start = DateTimeOffset.Parse("2024-01-01T00:00:00Z", CultureInfo.InvariantCulture).ToUnixTimeSeconds();
        var since = long.Parse(query["since"]!, CultureInfo.InvariantCulture);
        var offset = query.ContainsKey("offset") ? int.Parse(query["offset"]!, CultureInfo.InvariantCulture) : 0;

        // The newest first, so that a cursor that moved with the first page would lose the others.
        var rows = Enumerable.Range(0, _rows).Reverse().Where(row => start + (row * 60) >= since).ToList();
        var page = rows.Skip(offset).Take(PageSize).ToList();
        return new JsonObject
        {
            ["rows"] = new JsonArray([.. page.Select(row => (JsonNode)new JsonObject { ["time"] = start + (row * 60), ["number"] = row })]),
            ["next"] = offset + PageSize < rows.Count
                ? $"/rows?place={query["place"]}&since={query["since"]}&offset={offset + PageSize}"
                : null,
        };
    }

    private async Task FinishAsync(params string[] arguments)
    {
        await using var worker = Start(arguments);
        await worker.Process.WaitForLineAsync("ingested", Token);
        Assert.Equal(0, await worker.Process.WaitForExitAsync(Token));
    }

    private ServiceProcess Start(params string[] arguments) => ServiceProcess.Start(
        "tests/IngestWorker",
        new Dictionary<string, string?>
        {
            ["Skipper__DataDirectory"] = _storage.Folder,
            ["ConnectionStrings__Skipper"] = _storage.ConnectionString,
            ["Skipper__Data__Sources__PrivateHosts__0"] = "127.0.0.1",
        },
        arguments);
}

public sealed class SqliteIngestKillTests : IngestKillContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}

public sealed class PostgreSqlIngestKillTests : IngestKillContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
