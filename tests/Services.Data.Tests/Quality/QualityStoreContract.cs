using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Skipper.Services.Data.Quality;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Databases;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Quality;

/// <summary>What the stores of declarations, reports and quarantine promise on either database.</summary>
public abstract class QualityStoreContract : IAsyncLifetime
{
    private TestStorage _storage = null!;
    private DataHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private DeclarationStore Declarations => _host.Services.GetRequiredService<DeclarationStore>();

    private QualityReportStore Reports => _host.Services.GetRequiredService<QualityReportStore>();

    private QuarantineStore Quarantine => _host.Services.GetRequiredService<QuarantineStore>();

    private Database Database => _host.Services.GetRequiredKeyedService<Database>(DataService.Schema);

    public async ValueTask InitializeAsync()
    {
        _storage = await CreateStorageAsync();
        _host = new DataHost(_storage);
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
    public async Task Declarations_are_numbered_and_the_newest_text_is_no_new_version()
    {
        Assert.Equal(1, (await Declarations.AddAsync("suite", "a", "x", Token)).Version);
        Assert.Equal(2, (await Declarations.AddAsync("suite", "a", "y", Token)).Version);
        Assert.Equal(2, (await Declarations.AddAsync("suite", "a", "y", Token)).Version);
        Assert.Equal(3, (await Declarations.AddAsync("suite", "a", "x", Token)).Version);
        Assert.Equal(1, (await Declarations.AddAsync("standard", "a", "x", Token)).Version);

        Assert.Equal("y", (await Declarations.FindAsync(new() { Kind = "suite", Name = "a", Version = 2 }, Token))!.Source);
        Assert.Equal(3, (await Declarations.FindAsync(new() { Kind = "suite", Name = "a" }, Token))!.Version);
        Assert.Null(await Declarations.FindAsync(new() { Kind = "suite", Name = "b" }, Token));
        Assert.Equal([("a", 3, null)], (await Declarations.ListAsync("suite", Token)).Select(found => (found.Name, found.Version, found.Source)));
    }

    [Fact]
    public async Task Processes_that_declare_at_once_number_without_gaps()
    {
        var versions = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(
            async () => (await Declarations.AddAsync("suite", "a", $"text {i}", Token)).Version, Token)));

        Assert.Equal(Enumerable.Range(1, 10), versions.Order());
    }

    [Fact]
    public async Task Reports_are_found_by_dataset_and_version()
    {
        await Reports.AddAsync(Report(1, version: 1), Token);
        await Reports.AddAsync(Report(2, version: null), Token);
        await Reports.AddAsync(Report(3, version: 2) with { Dataset = "other" }, Token);

        Assert.Equivalent(Report(1, version: 1), await Reports.FindAsync(new() { Name = "weather", Version = 1 }, Token), strict: true);
        Assert.Null((await Reports.FindAsync(new() { Name = "weather" }, Token))!.Version);
        Assert.Null(await Reports.FindAsync(new() { Name = "weather", Version = 2 }, Token));
        Assert.Equal([Id(2), Id(1)], (await Reports.ListAsync("weather", Token)).Select(report => Guid.Parse(report.RunId)));
    }

    [Fact]
    public async Task Rows_come_back_complete_and_in_their_order()
    {
        await AddAsync(1, 0, 3);

        var page = await Quarantine.ListAsync(new() { Dataset = "weather" }, Token);

        Assert.Equal([0L, 1, 2], page.Rows.Select(row => row.Line));
        var row = page.Rows[1];
        Assert.Equal((Id(1), "file", "suite weather@1", "open"), (row.RunId, row.Origin, row.Rules, row.Status));
        Assert.Equal("""{"a":"ü \"1\"","b":null}""", row.Raw.GetRawText());
        Assert.Equal("R1: a: bad 1", string.Join(' ', row.Reasons.Select(reason => $"{reason.Rule}: {reason.Columns[0]}: {reason.Reason}")));
        Assert.Equal((3, null, null), (page.OpenCount, page.Next, row.DecidedAt));
    }

    [Fact]
    public async Task Pages_follow_each_other_and_filters_apply()
    {
        await AddAsync(1, 0, 5);
        await AddAsync(2, 0, 2);

        var first = await Quarantine.ListAsync(new() { Dataset = "weather", RunId = Id(1), Limit = 3 }, Token);
        var second = await Quarantine.ListAsync(new() { Dataset = "weather", RunId = Id(1), Limit = 3, After = first.Next }, Token);

        Assert.Equal(7, first.OpenCount);
        Assert.Equal([0L, 1, 2], first.Rows.Select(row => row.Line));
        Assert.Equal([3L, 4], second.Rows.Select(row => row.Line));
        Assert.Null(second.Next);
        Assert.Empty((await Quarantine.ListAsync(new() { Dataset = "other" }, Token)).Rows);
        Assert.Equal(
            first.Rows[1].Id,
            Assert.Single((await Quarantine.ListAsync(new() { Dataset = "weather", Ids = [first.Rows[1].Id] }, Token)).Rows).Id);
    }

    [Fact]
    public async Task Rows_that_are_added_again_are_there_once()
    {
        await AddAsync(1, 0, 3);
        await AddAsync(1, 0, 5);

        Assert.Equal(5, (await Quarantine.ListAsync(new() { Dataset = "weather" }, Token)).OpenCount);
    }

    [Fact]
    public async Task A_decision_is_final()
    {
        await AddAsync(1, 0, 3);
        var ids = (await Quarantine.ListAsync(new() { Dataset = "weather" }, Token)).Rows.Select(row => row.Id).ToList();
        await ReplayAsync(ids[0]);

        Assert.Equal(2, await Quarantine.DiscardAsync(new() { Dataset = "weather", RunId = Id(1) }, Token));
        Assert.Equal(0, await Quarantine.DiscardAsync(new() { Dataset = "weather", Ids = ids }, Token));
        var error = await Assert.ThrowsAsync<MeshException>(() => ReplayAsync(ids[1]));

        Assert.Equal(ErrorCode.FailedPrecondition, error.Code);
        var rows = (await Quarantine.ListAsync(new() { Dataset = "weather" }, Token)).Rows;
        Assert.Equal(["replayed", "discarded", "discarded"], rows.Select(row => row.Status));
        Assert.Equal("""{"a":"2"}""", rows[0].Fixed!.Value.GetRawText());
        Assert.All(rows, row => Assert.NotNull(row.DecidedAt));
    }

    [Fact]
    public async Task Requests_that_mean_nothing_are_refused()
    {
        await AssertRefusedAsync(new() { Dataset = "weather", Limit = 0 });
        await AssertRefusedAsync(new() { Dataset = "weather", Limit = 1001 });
        await AssertRefusedAsync(new() { Dataset = "weather", Status = "closed" });
        await Assert.ThrowsAsync<MeshException>(() => Quarantine.DiscardAsync(new() { Dataset = "weather" }, Token));
    }

    protected abstract Task<TestStorage> CreateStorageAsync();

    private static Guid Id(int run) => new($"0198c0de-000{run}-7000-8000-00000000000{run}");

    private static QualityReport Report(int run, int? version) => new()
    {
        RunId = Id(run).ToString(),
        Suite = "weather",
        Dataset = "weather",
        Version = version,
        StartedAt = new DateTimeOffset(2026, 1, 1, 0, 0, run, TimeSpan.Zero),
        Status = "warn",
        Checks = [new QualityCheck { Name = "n", Type = "range", Severity = "error", Status = "warn", Columns = ["a"], Sample = [new(3, "bad")] }],
        Statistics = new()
        {
            RowCount = 10,
            RejectedCount = 1,
            RejectedPercent = 10,
            EvaluatedChecks = 1,
            SuccessfulChecks = 1,
            UnsuccessfulChecks = 0,
        },
    };

    private Task<MeshException> AssertRefusedAsync(QuarantineFilter filter) =>
        Assert.ThrowsAsync<MeshException>(() => Quarantine.ListAsync(filter, Token));

    private Task<bool> AddAsync(int run, int first, int count) => Database.WriteAsync(
        async transaction =>
        {
            await Quarantine.AddAsync(
                transaction,
                new RejectedRun(Id(run), "weather", "file", "suite weather@1"),
                [.. Enumerable.Range(first, count).Select(row => new RejectedRecord(
                    row,
                    $$"""{"a":"ü \"{{row}}\"","b":null}""",
                    [new QuarantineReason("R1", ["a"], $"bad {row}")]))],
                first,
                Token);
            return true;
        },
        Token);

    private Task<bool> ReplayAsync(Guid id) => Database.WriteAsync(
        async transaction =>
        {
            await Quarantine.MarkReplayedAsync(transaction, [(id, JsonElement.Parse("""{"a":"2"}"""))], Token);
            return true;
        },
        Token);
}

public sealed class SqliteQualityStoreTests : QualityStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}

public sealed class PostgreSqlQualityStoreTests : QualityStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
