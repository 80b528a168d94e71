using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Skipper.Services.Serving.PredictionLogs;
using Skipper.Services.Serving.Predictions;
using Skipper.Services.Serving.Rollouts;
using Skipper.Services.Serving.StoredPredictions;
using Skipper.Services.Serving.Suspects;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Testing;

namespace Skipper.Services.Serving.Tests.PredictionLogs;

public sealed class PredictionLogTests : IAsyncLifetime
{
    private readonly TestStorage _storage = TestStorage.Sqlite();
    private readonly ListLog _lines = new();
    private ServingHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = new ServingHost(_storage, new FakeTrainingService());
        await _host.Intake.TryPublishAsync(await _host.RegisterAsync("housing", 1, Token), Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _storage.DisposeAsync();
    }

    [Fact]
    public async Task A_logged_row_has_features_prediction_version_and_request()
    {
        using var log = Log(1);
        await log.StartAsync(Token);

        await PredictAsync(log, "one", [7.35, 15], [6, 10]);

        await Eventually.TrueAsync(async () => (await LoggedAsync()).Count == 2, "both rows are written", Token);
        var row = (await LoggedAsync()).Single(row => row.RowNumber == 0);
        Assert.Equal(("one", "housing", 1, "sampled"), (row.RequestId, row.Model, row.Version, row.Source));
        Assert.Equal("""{"rm":7.35,"rad":15}""", row.Input);
        Assert.Equal(104.025, row.Outputs()["price"], 6);
        await log.StopAsync(Token);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.25, 50)]
    [InlineData(1, 200)]
    public async Task The_share_is_exact_over_calls_of_any_size(double share, int expected)
    {
        using var log = Log(share);
        for (var call = 0; call < 50; call++)
        {
            await PredictAsync(log, $"small-{call}", [6, 10]);
        }

        await PredictAsync(log, "large", [.. Enumerable.Repeat(new double[] { 6, 10 }, 150)]);
        await log.StopAsync(Token);

        Assert.Equal((expected, 0), ((await LoggedAsync()).Count, log.Dropped));
    }

    [Fact]
    public async Task What_the_caller_keeps_and_rows_that_were_refused_are_not_logged()
    {
        using var log = Log(1);
        var predictor = new Predictor(_host.Get<RolloutTable>(), _host.Finder, _host.Get<SuspectScorer>(), [log], TimeProvider.System);
        (await predictor.PredictAsync(Call("kept", "[[6,10]]") with { IsKept = true }, Token)).Dispose();
        (await predictor.PredictAsync(Call("half", """[[6,10],[6,"x"],[6,11]]""") with { EachAlone = true }, Token)).Dispose();
        await log.StopAsync(Token);

        Assert.Equal([("half", 0), ("half", 2)], (await LoggedAsync()).Select(row => (row.RequestId, row.RowNumber)).Order());
    }

    [Fact]
    public async Task A_log_that_cannot_be_written_drops_what_is_too_much_and_counts_it()
    {
        using var log = Log(1);
        await PredictAsync(log, "large", [.. Enumerable.Repeat(new double[] { 6, 10 }, PredictionLog.Capacity)]);
        await PredictAsync(log, "more", [6, 10], [6, 10], [6, 10]);

        Assert.Equal(3, log.Dropped);
    }

    [Fact]
    public async Task An_id_that_no_address_can_have_is_replaced()
    {
        using var log = Log(1);
        await PredictAsync(log, "a b\0c", [6, 10]);
        await log.StopAsync(Token);

        Assert.True(Guid.TryParse(Assert.Single(await LoggedAsync()).RequestId, out _));
    }

    [Fact]
    public async Task A_stop_that_has_no_time_to_write_says_so_and_does_not_fail()
    {
        using var log = Log(1);
        await PredictAsync(log, "one", [6, 10]);

        using var given = new CancellationTokenSource();
        await given.CancelAsync();
        await log.StopAsync(given.Token);

        Assert.Equal(1, _lines.Matching("Could not write the prediction log"));
    }

    private PredictionLog Log(double share)
    {
        var factory = LoggerFactory.Create(logging => logging.AddProvider(_lines));
        return new PredictionLog(
            _host.Get<PredictionStore>(),
            Options.Create(new StoredPredictionOptions { LoggedShare = share }),
            TimeProvider.System,
            factory.CreateLogger<PredictionLog>());
    }

    private async Task PredictAsync(PredictionLog log, string id, params double[][] rows) =>
        (await new Predictor(_host.Get<RolloutTable>(), _host.Finder, _host.Get<SuspectScorer>(), [log], TimeProvider.System)
            .PredictAsync(Call(id, JsonSerializer.Serialize(rows)), Token)).Dispose();

    private static PredictionCall Call(string id, string rows) => new()
    {
        RequestId = id,
        Rows = new JsonRows(JsonSerializer.Deserialize<List<JsonElement>>(rows)!),
    };

    private Task<List<PredictionRow>> LoggedAsync() =>
        _host.Get<PredictionStore>().ListAsync(new PredictionFilter(), null, 20_000, Token);
}
