using System.Text.Json;
using Skipper.Services.Training.Experiments;
using Skipper.Services.Training.Trainings;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Testing;

namespace Skipper.Services.Training.Tests.Experiments;

/// <summary>What experiments and checkpoints promise, whichever database they are kept in.</summary>
public abstract class ExperimentStoreContract : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private TestStorage _storage = null!;
    private TrainingHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ExperimentStore Experiments => _host.Experiments;

    public async ValueTask InitializeAsync()
    {
        _storage = await CreateStorageAsync();
        _host = new TrainingHost(_storage, _time);
    }

    public async ValueTask DisposeAsync()
    {
        _host?.Dispose();
        if (_storage is not null)
        {
            await _storage.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_run_is_read_back_as_it_was_saved_last_with_its_series()
    {
        var run = Samples.Run("tries", Samples.Noon);
        await Experiments.SaveAsync(run, Token);
        MetricSeries[] series = [new() { Part = "train", Target = "price", Name = "rmse", Values = [3, null, 1.5] }];
        await Experiments.SaveSeriesAsync(run.Id, series, Token);
        var done = run with { State = RunStates.Succeeded, EndedAt = Samples.Noon.AddSeconds(2) };
        await Experiments.SaveAsync(done, Token);

        var found = await Experiments.FindAsync(run.Id, Token);

        Assert.Equal(Text(done with { Series = series }), Text(found!));
        Assert.Null(await Experiments.FindAsync(Guid.CreateVersion7(), Token));
    }

    [Fact]
    public async Task Runs_are_listed_newest_first_and_by_state()
    {
        var runs = Enumerable.Range(0, 3).Select(i => Samples.Run("tries", Samples.Noon.AddMinutes(i))).ToList();
        await Task.WhenAll(runs.Select(run => Experiments.SaveAsync(run, Token)));
        await Experiments.SaveAsync(runs[1] with { State = RunStates.Failed }, Token);
        await Experiments.SaveAsync(Samples.Run("others", Samples.Noon.AddHours(1)), Token);

        Assert.Equal([runs[2].Id, runs[1].Id, runs[0].Id], await IdsAsync("tries", null, 10));
        Assert.Equal([runs[2].Id], await IdsAsync("tries", null, 1));
        Assert.Equal([runs[1].Id], await IdsAsync("tries", RunStates.Failed, 10));
        Assert.Equal(
            [("others", 1, Samples.Noon.AddHours(1)), ("tries", 3, Samples.Noon.AddMinutes(2))],
            (await Experiments.SummarizeAsync(Token)).Select(known => (known.Name, known.RunCount, known.NewestAt)));
    }

    [Fact]
    public async Task A_run_that_gives_no_sign_of_life_for_a_minute_is_lost_until_it_gives_one()
    {
        var (killed, alive, done) = (Samples.Run("tries", Samples.Noon), Samples.Run("tries", Samples.Noon), Samples.Run("tries", Samples.Noon));
        await Task.WhenAll(new[] { killed, alive, done with { State = RunStates.Succeeded } }.Select(run => Experiments.SaveAsync(run, Token)));
        _time.Advance(TimeSpan.FromSeconds(50));
        await Experiments.SignAsync(alive.Id, Token);
        _time.Advance(TimeSpan.FromSeconds(50));

        Assert.Equal(RunStates.Lost, (await Experiments.FindAsync(killed.Id, Token))!.State);
        Assert.Equal(RunStates.Running, (await Experiments.FindAsync(alive.Id, Token))!.State);
        Assert.Equal([killed.Id], await IdsAsync("tries", RunStates.Lost, 10));
        Assert.Equal([alive.Id], await IdsAsync("tries", RunStates.Running, 10));
        Assert.Equal([done.Id], await IdsAsync("tries", RunStates.Succeeded, 10));
        Assert.Contains(await Experiments.ListAsync("tries", null, 10, Token), run => (run.Id, run.State) == (killed.Id, RunStates.Lost));

        await Experiments.SaveAsync(killed with { Attempts = 2 }, Token);
        Assert.Equal(RunStates.Running, (await Experiments.FindAsync(killed.Id, Token))!.State);
    }

    [Fact]
    public async Task The_newest_checkpoint_of_each_model_of_a_step_is_kept_until_the_step_is_done()
    {
        var (step, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await SaveAsync(step, 0, [1], finished: false);
        await SaveAsync(step, 0, [1, 2], finished: false);
        await SaveAsync(step, 1, [3], finished: true);
        await SaveAsync(other, 0, [4], finished: false);

        var newest = await _host.Checkpoints.FindAsync(step, 0, Token);
        Assert.Equal((false, 2), (newest!.Finished, newest.Content.Length));
        Assert.True((await _host.Checkpoints.FindAsync(step, 1, Token))!.Finished);

        await _host.Checkpoints.DeleteAsync(step, Token);
        Assert.Null(await _host.Checkpoints.FindAsync(step, 0, Token));
        Assert.Null(await _host.Checkpoints.FindAsync(step, 1, Token));
        Assert.Equal([4], (await _host.Checkpoints.FindAsync(other, 0, Token))!.Content);
    }

    [Fact]
    public async Task Runs_side_by_side_show_what_differs_and_all_metrics()
    {
        var first = Samples.Run("tries", Samples.Noon) with { Metrics = [Rmse(2)] };
        var second = Samples.Run("tries", Samples.Noon) with
        {
            Seed = 9,
            Metrics = [Rmse(3)],
            Parameters = new Dictionary<string, double> { ["ridge"] = 0.5 },
        };
        var third = Samples.Run("tries", Samples.Noon) with { State = RunStates.Failed };
        foreach (var run in new[] { first, second, third })
        {
            await Experiments.SaveAsync(run, Token);
        }

        var compared = await new CompareExperimentRunsHandler(Experiments).HandleAsync(
            new CompareExperimentRuns { Data = new() { Ids = [first.Id, second.Id, third.Id] } }, Samples.Context(), Token);

        Assert.Equal(["parameters.ridge", "seed"], compared.Differences.Keys);
        Assert.Equal(["1", "9", "1"], compared.Differences["seed"]);
        Assert.Equal(["0.001", "0.5", "0.001"], compared.Differences["parameters.ridge"]);
        Assert.Equal([2, 3, null], compared.Metrics["test.price.rmse"]);
    }

    [Fact]
    public async Task What_is_not_there_and_what_cannot_be_asked_is_said()
    {
        var run = Samples.Run("tries", Samples.Noon);
        await Experiments.SaveAsync(run, Token);
        var list = new ListExperimentRunsHandler(Experiments);
        var context = Samples.Context();

        Assert.Empty((await list.HandleAsync(List("tries", RunStates.Failed), context, Token)).Runs);
        await ThrowsAsync(ErrorCode.NotFound, list.HandleAsync(List("trees", null), context, Token));
        await ThrowsAsync(ErrorCode.InvalidArgument, list.HandleAsync(List("tries", "done"), context, Token));
        await ThrowsAsync(ErrorCode.InvalidArgument, new CompareExperimentRunsHandler(Experiments).HandleAsync(
            new CompareExperimentRuns { Data = new() { Ids = [run.Id, run.Id] } }, context, Token));
        await ThrowsAsync(ErrorCode.NotFound, new FindExperimentRunHandler(Experiments).HandleAsync(
            new FindExperimentRun { Data = new() { Id = Guid.CreateVersion7() } }, context, Token));
    }

    protected abstract Task<TestStorage> CreateStorageAsync();

    private static async Task ThrowsAsync(ErrorCode code, Task call) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<MeshException>(() => call)).Code);

    private static ListExperimentRuns List(string name, string? state) => new() { Data = new() { Experiment = name, State = state } };

    private static MetricValue Rmse(double value) => new() { Part = "test", Target = "price", Name = "rmse", Value = value };

    private static string Text(ExperimentRun run) => JsonSerializer.Serialize(run, MessageJson.Options);

    private Task SaveAsync(Guid step, int number, byte[] content, bool finished) =>
        _host.Checkpoints.SaveAsync(step, number, new Checkpoint { Finished = finished, Content = content }, Token);

    private async Task<IEnumerable<Guid>> IdsAsync(string experiment, string? state, int limit) =>
        (await Experiments.ListAsync(experiment, state, limit, Token)).Select(run => run.Id);
}

public sealed class SqliteExperimentStoreTests : ExperimentStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}

public sealed class PostgreSqlExperimentStoreTests : ExperimentStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
