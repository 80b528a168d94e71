using System.Text.Json;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Tests.Quality;

/// <summary>Rows in quarantine are fixed and checked once more.</summary>
public abstract partial class CheckedImportContract
{
    [Fact]
    public async Task A_row_is_fixed_and_replayed_into_a_new_version()
    {
        await DeclareAsync("standard", "weather", await SampleAsync("weather-standard.yaml"));
        await DeclareAsync("suite", "weather", await SampleAsync("weather-suite.yaml"));
        await _host.ImportAsync("stations", await SampleAsync("stations.csv"));
        await _host.ImportAsync("weather", await SampleAsync("weather.csv"));
        var rows = (await QuarantineAsync("weather")).Rows.ToDictionary(row => row.Line, row => row.Id);

        var replay = await ReplayAsync(
            "weather",
            (rows[7], """{"temperature":"11.0"}"""),
            (rows[9], """{"temperature_unit":"F"}"""),
            (rows[19], null),
            (rows[20], """{"valid_time":"2026-05-01T14:00:00Z","ingested_at":"2026-05-01T14:20:00Z"}"""),
            (rows[23], """{"humidity":"-9999"}"""));

        Assert.Equal((3, 2, 15), (replay.AcceptedCount, replay.Dataset!.Version, replay.Dataset.RowCount));
        Assert.Equal([rows[19], rows[23]], replay.Refused.Select(row => row.Id));
        Assert.Equal(["R09_duplicate_key", "R05_missing_required"], replay.Refused.Select(row => Assert.Single(row.Reasons).Rule));
        var after = (await QuarantineAsync("weather")).Rows.ToDictionary(row => row.Line, row => row.Status);
        Assert.Equal(["replayed", "replayed", "open", "replayed", "open"], new[] { 7, 9, 19, 20, 23 }.Select(line => after[line]));
        var report = await _host.Rpc.CallAsync(new FindQualityReport { Data = new() { Name = "weather", Version = 2 } }, cancellationToken: Token);
        Assert.Equal((17, 2), (report.Statistics.RowCount, report.Statistics.RejectedCount));

        var again = await Assert.ThrowsAsync<MeshException>(() => ReplayAsync("weather", (rows[7], null)));
        Assert.Equal(ErrorCode.FailedPrecondition, again.Code);
    }

    [Fact]
    public async Task Typed_rows_are_replayed_too_and_bad_fixes_are_refused()
    {
        await DeclareAsync("suite", "rooms", Suite);
        await _host.ImportAsync("rooms", "room,area\na,1\nb,2\na,3\nd,4\ne,5\n");
        var id = Assert.Single((await QuarantineAsync("rooms")).Rows).Id;

        var wrong = await Assert.ThrowsAsync<MeshException>(() => ReplayAsync("rooms", (id, """{"area":"large"}""")));
        var still = await ReplayAsync("rooms", (id, """{"area":-1}"""));
        var good = await ReplayAsync("rooms", (id, """{"room":"c"}"""));

        Assert.Equal($"Row {id}, area: expected a whole number, found 'large'.", wrong.Message);
        Assert.Equal((0, null), (still.AcceptedCount, still.Dataset));
        Assert.Equal(["positive", "once"], Assert.Single(still.Refused).Reasons.Select(reason => reason.Rule));
        Assert.Equal((1, 2, 5), (good.AcceptedCount, good.Dataset!.Version, good.Dataset.RowCount));
        await Assert.ThrowsAsync<MeshException>(() => ReplayAsync("rooms"));
        await Assert.ThrowsAsync<MeshException>(() => ReplayAsync("rooms", (id, "[]")));
    }

    private Task<QuarantinePage> QuarantineAsync(string dataset) =>
        _host.Rpc.CallAsync(new ListQuarantine { Data = new() { Dataset = dataset } }, cancellationToken: Token);

    private Task<QuarantineReplay> ReplayAsync(string dataset, params (Guid Id, string? Fixed)[] rows) => _host.Rpc.CallAsync(
        new ReplayQuarantine
        {
            Data = new()
            {
                Dataset = dataset,
                Rows = [.. rows.Select(row => new ReplayRow { Id = row.Id, Fixed = row.Fixed is null ? null : JsonElement.Parse(row.Fixed) })],
            },
        },
        cancellationToken: Token);
}
