using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Quality;

/// <summary>Imports of a dataset that has rules, and replays of what they rejected, through the service, on either database.</summary>
public abstract partial class CheckedImportContract : IAsyncLifetime
{
    private const string Suite = """
        name: rooms
        mostly: 0.7
        alarm_percent: 30
        checks:
          - { name: positive, type: range, column: area, above: 0 }
          - { name: once, type: unique, columns: [room] }
        """;

    private TestStorage _storage = null!;
    private DataHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _storage = await CreateStorageAsync();
        _host = new DataHost(_storage);
        await _host.StartAsync();
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
    public async Task The_sample_becomes_a_version_without_its_bad_rows_and_they_are_in_quarantine()
    {
        await DeclareAsync("standard", "weather", await SampleAsync("weather-standard.yaml"));
        await DeclareAsync("suite", "weather", await SampleAsync("weather-suite.yaml"));
        await _host.ImportAsync("stations", await SampleAsync("stations.csv"));

        var version = await _host.ImportAsync("weather", await SampleAsync("weather.csv"));

        var page = await _host.Rpc.CallAsync(new ListQuarantine { Data = new() { Dataset = "weather" } }, cancellationToken: Token);
        var report = await _host.Rpc.CallAsync(
            new FindQualityReport { Data = new() { Name = "weather", Version = 1 } }, cancellationToken: Token);
        Assert.Equal((12, 14, 14), (version.RowCount, version.RejectedCount, page.Rows.Count));
        Assert.Equal(["valid_time", "ingested_at"], version.Columns.Where(column => column.Type == "timestamp").Select(column => column.Name));
        Assert.Equal([6, 7, 9, 12, 19, 20, 21, 22, 23, 24, 25, 26, 28, 29], page.Rows.Select(row => row.Line).Order());
        Assert.Equal(["R08_out_of_range", "R14_gust_below_wind"], page.Rows.Single(row => row.Line == 12).Reasons.Select(reason => reason.Rule));
        Assert.Equal("52.5", page.Rows.Single(row => row.Line == 9).Raw.GetProperty("temperature").GetString());
        Assert.Equal("more", page.Rows.Single(row => row.Line == 26).Raw.GetProperty("cell 15").GetString());
        Assert.Equal("standard weather@1, suite weather@1", page.Rows[0].Rules);
        Assert.Equal(("warn", page.Rows[0].RunId.ToString()), (report.Status, report.RunId));
        var alarm = Assert.Single(_host.Events.Published.OfType<QuarantineAlarmRaised>());
        Assert.Equal((report.Statistics.RejectedPercent, 25), (alarm.RejectedPercent, alarm.AlarmPercent));
    }

    [Fact]
    public async Task A_failed_suite_publishes_nothing_and_leaves_its_report()
    {
        await DeclareAsync("suite", "rooms", Suite);

        var error = await Assert.ThrowsAsync<MeshException>(() => _host.ImportAsync("rooms", "room,area\na,1\nb,-2\nc,0\nd,4\n"));

        Assert.Equal(ErrorCode.FailedPrecondition, error.Code);
        Assert.Contains("positive: expected more than 0, found 2 of 4 unexpected.", error.Message, StringComparison.Ordinal);
        Assert.Null(await _host.Datasets.FindAsync("rooms", null, Token));
        var report = await _host.Rpc.CallAsync(new FindQualityReport { Data = new() { Name = "rooms" } }, cancellationToken: Token);
        Assert.Equal(("fail", null), (report.Status, report.Version));
        Assert.Empty((await _host.Rpc.CallAsync(new ListQuarantine { Data = new() { Dataset = "rooms" } }, cancellationToken: Token)).Rows);
    }

    [Fact]
    public async Task The_same_file_again_is_the_same_version_and_quarantines_nothing_twice()
    {
        await DeclareAsync("suite", "rooms", Suite);
        const string Csv = "room,area\na,1\nb,2\na,3\nd,4\ne,5\n";

        var first = await _host.ImportAsync("rooms", Csv);
        var second = await _host.ImportAsync("rooms", Csv);

        Assert.Equal((1, 4, 1), (first.Version, first.RowCount, second.Version));
        var page = await _host.Rpc.CallAsync(new ListQuarantine { Data = new() { Dataset = "rooms" } }, cancellationToken: Token);
        var row = Assert.Single(page.Rows);
        Assert.Equal("room: expected each room once, found the key of line 2 again, conflicting", Assert.Single(row.Reasons).Reason);
        Assert.Equal("""{"room":"a","area":3}""", row.Raw.GetRawText());
        var reports = await _host.Rpc.CallAsync(new ListQualityReports { Data = new() { Name = "rooms" } }, cancellationToken: Token);
        Assert.Equal([1, 1], reports.Reports.Select(report => report.Version));
        Assert.DoesNotContain(_host.Events.Published, message => message is QuarantineAlarmRaised);
    }

    [Fact]
    public async Task A_dataset_without_rules_is_imported_as_before()
    {
        Assert.Equal(2, (await _host.ImportAsync("rooms", "room,area\na,1\na,-3\n")).RowCount);
    }

    [Fact]
    public async Task A_source_without_the_columns_of_the_standard_is_refused()
    {
        await DeclareAsync("standard", "rooms", "name: rooms\ncolumns:\n  - { name: area, type: number, required: true }\n");

        var error = await Assert.ThrowsAsync<MeshException>(() => _host.ImportAsync("rooms", "room,size\na,1\nb,2\n"));

        Assert.Equal(
            (ErrorCode.InvalidArgument, "The standard 'rooms' needs columns that the source does not have: area. It has: room, size."),
            (error.Code, error.Message));
    }

    [Fact]
    public async Task A_rule_that_does_not_exist_excuses_nothing_in_silence()
    {
        await DeclareAsync("suite", "rooms", "name: rooms\nchecks:\n  - { type: not_null, column: area, unless: [not_a_numbr] }\n");

        var error = await Assert.ThrowsAsync<MeshException>(() => _host.ImportAsync("rooms", "room,area\na,1\nb,2\n"));

        Assert.Equal(ErrorCode.FailedPrecondition, error.Code);
        Assert.EndsWith("neither it nor the standard has: not_a_numbr.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_declaration_is_checked_before_it_is_kept()
    {
        var wrong = await Assert.ThrowsAsync<MeshException>(() => DeclareAsync("suite", "rooms", "name: rooms\nchecks: 1"));
        var misnamed = await Assert.ThrowsAsync<MeshException>(() => DeclareAsync("suite", "halls", Suite));
        var tried = await _host.Rpc.CallAsync(
            new PutDeclaration { Data = new() { Kind = "suite", Name = "rooms", Source = Suite, ValidateOnly = true } }, cancellationToken: Token);
        var missing = await Assert.ThrowsAsync<MeshException>(() => _host.Rpc.CallAsync(
            new FindDeclaration { Data = new() { Kind = "suite", Name = "rooms" } }, cancellationToken: Token));

        Assert.Contains("line 2, column 9: checks must be a list", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("named 'rooms' in its text, but 'halls'", misnamed.Message, StringComparison.Ordinal);
        Assert.Equal((0, ErrorCode.NotFound), (tried.Version, missing.Code));
    }

    private static Task<string> SampleAsync(string file) => File.ReadAllTextAsync(Path.Combine(WeatherSample.Folder, file), Token);

    private Task<DeclarationVersion> DeclareAsync(string kind, string name, string source) => _host.Rpc.CallAsync(
        new PutDeclaration { Data = new() { Kind = kind, Name = name, Source = source } }, cancellationToken: Token);

    protected abstract Task<TestStorage> CreateStorageAsync();
}

public sealed class SqliteCheckedImportTests : CheckedImportContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}

public sealed class PostgreSqlCheckedImportTests : CheckedImportContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
