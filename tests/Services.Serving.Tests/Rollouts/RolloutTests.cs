using System.Text.Json;
using Skipper.Services.Serving.Models;
using Skipper.Services.Serving.Predictions;
using Skipper.Services.Serving.Rollouts;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;
using static Skipper.Services.Serving.Tests.Rollouts.Plans;

namespace Skipper.Services.Serving.Tests.Rollouts;

/// <summary>Calls, changes and guards on two workers that share a database.</summary>
public sealed class RolloutTests : IAsyncLifetime
{
    private static readonly JsonElement Row = JsonElement.Parse("[6,10]");

    private readonly TestStorage _storage = TestStorage.Sqlite();
    private readonly FakeTrainingService _training = new();
    private readonly ManualTime _time = new();
    private ServingHost _host = null!;
    private ServingHost _other = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = new ServingHost(_storage, _training, time: _time);
        _other = new ServingHost(_storage, _training, time: _time);
        for (var version = 1; version <= 3; version++)
        {
            await _host.Intake.TryPublishAsync(await _host.RegisterAsync("housing", version, Token), Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _other.DisposeAsync();
        await _host.DisposeAsync();
        await _storage.DisposeAsync();
    }

    [Fact]
    public async Task Calls_are_split_by_key_and_answers_name_version_and_lane()
    {
        await SetAsync(Plan(Lane("champion", 1, 50), Lane("challenger", 2, 50)));

        var answers = new List<PredictionBatch>();
        for (var key = 0; key < 40; key++)
        {
            answers.Add(await PredictAsync(key: $"user-{key}"));
            Assert.Equal(answers[^1].Version, (await PredictAsync(key: $"user-{key}")).Version);
        }

        Assert.Equal(
            [("challenger", 2), ("champion", 1)], answers.Select(answer => (answer.Lane!, answer.Version)).Distinct().Order());
        Assert.All(answers, answer => Assert.Equal(100 * answer.Version, answer.Predictions[0]["price"], 1e-6));
    }

    [Fact]
    public async Task A_single_row_is_told_its_lane_too()
    {
        await SetAsync(Plan(Lane("champion", 1, 1)));

        var message = new PredictRow { Data = JsonElement.Parse("""{"rm":6,"rad":10}"""), StickyKey = "any" };
        var answer = await _host.Rows.HandleAsync(message, Samples.Context, Token);

        Assert.Equal("""{"price":100,"ptratio":20,"model":"housing","version":1,"lane":"champion"}""", System.Text.Encoding.UTF8.GetString(answer.Utf8.Span));
    }

    [Fact]
    public async Task Whoever_names_a_version_gets_it_and_no_rollout_touches_other_aliases()
    {
        var champion = _training.Promote(_training.Models[2], "champion");
        await _host.Get<ModelAliasChangedHandler>().HandleAsync(champion, Token);
        await SetAsync(Plan(Lane("old", 1, 1)));

        Assert.Equal((2, null), await AnswerAsync("housing@2"));
        Assert.Equal((3, null), await AnswerAsync("housing@champion"));
        Assert.Equal((1, "old"), await AnswerAsync("housing"));

        await SetAsync(Plan(Lane("old", 1, 1)) with { Alias = "champion" });
        Assert.Equal((1, "old"), await AnswerAsync("housing@champion"));
        Assert.Equal((3, null), await AnswerAsync("housing"));
    }

    [Fact]
    public async Task The_other_workers_follow_when_they_hear_of_it_or_look()
    {
        await SetAsync(Plan(Lane("only", 1, 1)));
        var announced = Assert.IsType<RolloutChanged>(Assert.Single(_host.Events.Published));

        await _other.Get<RolloutChangedHandler>().HandleAsync(announced, Token);
        Assert.Equal((1, "only"), await AnswerAsync("housing", _other));

        await SetAsync(Plan(Lane("only", 2, 1)));
        await TickAsync(_other);
        Assert.Equal((2, "only"), await AnswerAsync("housing", _other));
    }

    [Fact]
    public async Task After_its_end_the_newest_version_answers_again_and_nothing_is_held()
    {
        await SetAsync(Plan(Lane("a", 1, 1), Shadow("b", 2)));
        Assert.Equal([1, 2], _training.Holds["housing"].Versions);

        var stopped = await StopAsync();
        var again = await StopAsync();

        Assert.Equal((2, "stopped", "ann", "done"), (stopped.Number, stopped.Kind, stopped.Actor, stopped.Reason));
        Assert.Equal(2, again.Number);
        Assert.Equal((3, null), await AnswerAsync("housing"));
        Assert.Empty(_training.Holds["housing"].Versions);
        Assert.Equal(ErrorCode.NotFound, (await Assert.ThrowsAsync<MeshException>(ReportAsync)).Code);
        Assert.Equal(["stopped", "started"], await KindsAsync());
    }

    [Fact]
    public async Task The_registry_hears_of_versions_before_a_call_goes_to_them_and_drops_them_after()
    {
        await SetAsync(Plan(Lane("a", 1, 1)));
        _training.IsAway = true;
        await Assert.ThrowsAsync<MeshException>(() => SetAsync(Plan(Lane("a", 2, 1))));
        Assert.Equal((1, "a"), await AnswerAsync("housing"));

        _training.IsAway = false;
        await SetAsync(Plan(Lane("a", 2, 1)));
        Assert.Equal([2], _training.Holds["housing"].Versions);
        Assert.Equal(2, _training.Holds["housing"].Number);

        // A worker that starts late tells the same again, one with old news changes nothing.
        await TickAsync(_other);
        Assert.Equal([2], _training.Holds["housing"].Versions);
    }

    [Fact]
    public async Task A_version_that_does_not_exist_or_predicts_something_else_is_refused()
    {
        var other = _training.Models[0] with { Version = 9, Targets = ["rent", "ptratio"] };
        _training.Register(other);

        Assert.Equal(ErrorCode.NotFound, (await Assert.ThrowsAsync<MeshException>(() => SetAsync(Plan(Lane("a", 1, 1), Lane("b", 8, 1))))).Code);
        Assert.Equal(
            "All versions must predict the same: version 1 predicts price, ptratio, version 9 predicts rent, ptratio.",
            (await Assert.ThrowsAsync<MeshException>(() => SetAsync(Plan(Lane("a", 1, 1), Lane("b", 9, 1))))).Message);
        Assert.Equal((3, null), await AnswerAsync("housing"));
    }

    [Fact]
    public async Task Where_a_version_cannot_be_loaded_the_baseline_answers_for_it()
    {
        await SetAsync(Plan(Lane("a", 1, 0), Lane("b", 2, 1)));
        File.Delete(Directory.EnumerateFiles(_storage.Folder, _training.Models[1].Artifact, SearchOption.AllDirectories).Single());

        await TickAsync(_other);

        Assert.Equal((1, "a"), await AnswerAsync("housing", _other));
        Assert.Equal((2, "b"), await AnswerAsync("housing"));
        await TickAsync(_other);
        Assert.Equal(1, (await ReportAsync()).Lanes[1].NotLoaded);
        Assert.Equal(1, _other.Log.Matching("Could not load lane b (housing@2)"));
    }

    [Fact]
    public async Task A_worker_that_starts_while_the_training_service_is_away_follows_all_the_same()
    {
        await SetAsync(Plan(Lane("a", 1, 0), Lane("b", 2, 1)));
        _training.IsAway = true;

        await TickAsync(_other);

        Assert.Equal((2, "b"), await AnswerAsync("housing", _other));
    }

    [Fact]
    public async Task Versions_of_a_rollout_stay_loaded_until_it_ends_however_many_others_come()
    {
        await SetAsync(Plan(Lane("a", 1, 1), Shadow("b", 2)));
        await CrowdAsync(4, 9);
        Assert.Equal([1, 2], Loaded());

        await SetAsync(Plan(Lane("a", 1, 1)));
        await CrowdAsync(10, 14);
        Assert.Equal([1], Loaded());

        await StopAsync();
        await CrowdAsync(15, 19);
        Assert.Empty(Loaded());

        IEnumerable<int> Loaded() => _host.Catalog.Shelves["housing"].Versions.Keys.Where(version => version < 3).Order();
        async Task CrowdAsync(int first, int last)
        {
            for (var version = first; version <= last; version++)
            {
                await _host.Intake.TryPublishAsync(await _host.RegisterAsync("housing", version, Token), Token);
            }
        }
    }

    [Fact]
    public async Task A_lane_that_fails_is_taken_out_by_itself_on_all_workers_and_once()
    {
        // Given a version that refuses what the baseline takes, seen by two workers with too few calls each
        await SetAsync(Plan(Lane("champion", 1, 50), Lane("challenger", 2, 50)) with
        {
            Guards = [Guard("error_rate", 0.05) with { MinimumCount = 30 }],
        });
        await TickAsync(_other);
        foreach (var host in new[] { _host, _other })
        {
            for (var call = 0; call < 20; call++)
            {
                LaneOf(host, "challenger").Tally.Call(TimeSpan.FromMilliseconds(1), "invalid_argument");
                LaneOf(host, "champion").Tally.Call(TimeSpan.FromMilliseconds(1), null);
            }
        }

        // When the guards look
        await TickAsync(_host);
        Assert.Equal("waiting", Assert.Single((await ReportAsync()).Guards).State);
        await TickAsync(_other);
        await TickAsync(_host);
        await TickAsync(_other);

        // Then every call goes to the baseline
        Assert.Equal(["rolled_back", "started"], await KindsAsync());
        foreach (var host in new[] { _host, _other })
        {
            Assert.All(await Task.WhenAll(Enumerable.Range(0, 20).Select(key => PredictAsync(host, key: $"{key}"))), answer => Assert.Equal("champion", answer.Lane));
        }

        var rollout = (await ReportAsync()).Rollout;
        Assert.Equal("guard", rollout.Actor);
        Assert.StartsWith("error_rate of lane 'challenger' (version 2) is 1 in 40 calls", rollout.Lanes[1].RolledBack, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_and_their_errors_are_counted_for_their_lane()
    {
        await SetAsync(Plan(Lane("only", 1, 1)));
        await PredictAsync();
        await Assert.ThrowsAsync<MeshException>(() => PredictAsync(rows: JsonElement.Parse("[6]")));
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _host.Get<Predictor>().PredictAsync(
            new PredictionCall { Model = "housing", Rows = new JsonRows([Row]), RequestId = "1" }, cancelled.Token).AsTask());

        var lane = Assert.Single((await ReportAsync()).Lanes);

        Assert.Equal((2L, 1L), (lane.Calls, lane.Errors));
        Assert.Equal(("invalid_argument", 1L), (Assert.Single(lane.Codes).Key, lane.Codes.Values.Single()));
    }

    private async Task<Rollout> SetAsync(RolloutPlan plan) =>
        await _host.Get<SetRolloutHandler>().HandleAsync(new SetRollout { Data = plan }, Samples.Context, Token);

    private Task<Rollout> StopAsync() => _host.Get<StopRolloutHandler>().HandleAsync(
        new StopRollout { Data = new() { Model = "housing", Actor = "ann", Reason = "done" } }, Samples.Context, Token);

    private Task<RolloutReport> ReportAsync() => _host.Get<FindRolloutHandler>().HandleAsync(
        new FindRollout { Data = new() { Model = "housing" } }, Samples.Context, Token);

    private async Task<IEnumerable<string>> KindsAsync() => (await _host.Get<ListRolloutChangesHandler>().HandleAsync(
        new ListRolloutChanges { Data = new() { Model = "housing" } }, Samples.Context, Token)).Changes.Select(change => change.Kind);

    private static Task TickAsync(ServingHost host) => host.Get<RolloutFollower>().TickAsync(Token);

    private static LiveLane LaneOf(ServingHost host, string name) =>
        host.Get<RolloutTable>().Find("housing")!.Lanes.Single(lane => lane.Settings.Name == name);

    private Task<PredictionBatch> PredictAsync(
        ServingHost? host = null, string model = "housing", string? key = null, JsonElement? rows = null) =>
        (host ?? _host).Bundles.HandleAsync(
            new PredictRows { Data = new() { Model = model, Rows = [rows ?? Row], StickyKey = key } }, Samples.Context, Token);

    private async Task<(int Version, string? Lane)> AnswerAsync(string model, ServingHost? host = null)
    {
        var answer = await PredictAsync(host, model);
        return (answer.Version, answer.Lane);
    }
}
