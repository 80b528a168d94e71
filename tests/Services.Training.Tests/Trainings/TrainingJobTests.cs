using Skipper.Services.Training.Trainings;
using Skipper.Shared.Engines;
using Skipper.Shared.Engines.XGBoost;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Testing;

namespace Skipper.Services.Training.Tests.Trainings;

/// <summary>What a run of an experiment says, and what is left of it for the next attempt.</summary>
public sealed class TrainingJobTests : IAsyncLifetime
{
    private static readonly Dictionary<string, double> Rounds = new() { ["rounds"] = 120, ["early_stopping_rounds"] = 0 };

    private readonly TestStorage _storage = TestStorage.Sqlite();
    private readonly EngineCatalog _engines = EngineCatalog.CreateDefault();
    private TrainingHost _host = null!;
    private FakeDataService _data = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _host = new TrainingHost(_storage);
        _data = new FakeDataService(request => Samples.SplitAsync(_host.Artifacts, request.Data!, Token));
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _host.Dispose();
        return _storage.DisposeAsync();
    }

    [Fact]
    public async Task A_run_says_what_went_in_and_what_came_out()
    {
        NativeLibraries.RequireXGBoost();
        var (run, _) = await TrainAsync(new TrainingOptions { Engine = "xgboost", Parameters = Rounds, Experiment = "tries" });

        var stored = (await _host.Experiments.FindAsync(run.Id, Token))!;
        Assert.Equal(("tries", "succeeded", 1), (stored.Experiment, stored.State, stored.Attempts));
        Assert.Equal(("housing", 4, new string('b', 64)), (stored.Dataset, stored.DatasetVersion, stored.DatasetDigest));
        Assert.Equal((120, 11), (stored.Parameters["rounds"], stored.Parameters.Count));
        Assert.True(stored.EndedAt >= stored.StartedAt);
        Assert.NotEmpty(stored.CodeVersion);
        Assert.Equal(
            ["train.price.rmse", "train.ptratio.rmse", "validation.price.rmse", "validation.ptratio.rmse"],
            stored.Series.Select(series => $"{series.Part}.{series.Target}.{series.Name}").Order());
        var validation = stored.Series.Single(series => series is { Part: "validation", Target: "price" }).Values;
        Assert.Equal(120, validation.Count);
        Assert.True(validation[^1] < validation[0]);
        Assert.Contains(stored.Metrics, metric => metric is { Part: "test", Target: "price", Name: "rmse" });
    }

    [Fact]
    public async Task An_interrupted_training_goes_on_from_its_checkpoint_and_makes_the_same_file()
    {
        NativeLibraries.RequireXGBoost();
        var step = Samples.Context(Guid.CreateVersion7(), "step:1");
        var options = new TrainingOptions { Engine = "interrupted", Parameters = Rounds };
        var (whole, file) = await TrainAsync(new TrainingOptions { Engine = "xgboost", Parameters = Rounds });

        await Assert.ThrowsAsync<IOException>(() => TrainAsync(options, step, new InterruptedEngine(target: 1, round: 60)));
        var failed = (await _host.Experiments.FindAsync(step.StepId!.Value, Token))!;
        var (resumed, again) = await TrainAsync(options, step, new InterruptedEngine(target: 9, round: 0));

        Assert.Equal(("failed", "power cut"), (failed.State, failed.Error));
        Assert.Equal(file, again);
        Assert.Equal((2, failed.StartedAt), (resumed.Attempts, resumed.StartedAt));
        Assert.NotNull(resumed.ResumedAt);
        var series = (await _host.Experiments.FindAsync(resumed.Id, Token))!.Series;
        Assert.Equal(
            (await _host.Experiments.FindAsync(whole.Id, Token))!.Series.Select(Text).Order(), series.Select(Text).Order());
        Assert.Null(await _host.Checkpoints.FindAsync(step.StepId.Value, 0, Token));
    }

    [Fact]
    public async Task A_checkpoint_that_is_of_no_use_costs_nothing_but_time()
    {
        NativeLibraries.RequireXGBoost();
        var step = Samples.Context(Guid.CreateVersion7(), "step:1");
        await _host.Checkpoints.SaveAsync(step.StepId!.Value, 0, new Checkpoint { Content = [1, 2, 3] }, Token);

        var (run, file) = await TrainAsync(new TrainingOptions { Engine = "xgboost", Parameters = Rounds }, step);

        Assert.Equal((await TrainAsync(new TrainingOptions { Engine = "xgboost", Parameters = Rounds })).File, file);
        Assert.Null(run.ResumedAt);
    }

    [Fact]
    public async Task Folds_are_measured_each_and_together()
    {
        var (run, _) = await TrainAsync(new TrainingOptions { Engine = "linear", Folds = 4 });

        Assert.Equal(4, run.Folds.Count);
        Assert.All(run.Folds, fold => Assert.Equal(["price", "ptratio"], fold.Select(metric => metric.Target).Distinct()));
        var rmse = run.CrossValidation.Single(metric => metric is { Target: "price", Name: "rmse" });
        Assert.Equal("held_out", rmse.Part);
        Assert.Equal(run.Folds.Average(fold => fold.Single(metric => metric is { Target: "price", Name: "rmse" }).Value), rmse.Value, 1e-12);
        Assert.True(rmse.Low < rmse.Value && rmse.Value < rmse.High);
    }

    [Fact]
    public async Task A_finished_fold_is_not_trained_again()
    {
        NativeLibraries.RequireXGBoost();
        var step = Samples.Context(Guid.CreateVersion7(), "step:1");
        var options = new TrainingOptions { Engine = "interrupted", Parameters = Rounds, Folds = 2 };
        var first = new InterruptedEngine(target: 0, round: 100, training: 2);
        await Assert.ThrowsAsync<IOException>(() => TrainAsync(options, step, first));

        var second = new InterruptedEngine(target: 9, round: 0);
        var (run, _) = await TrainAsync(options, step, second);

        Assert.Equal((2, 2), (first.Trainings, second.Trainings));
        Assert.Equal(2, run.Folds.Count);
    }

    [Fact]
    public async Task A_training_that_is_cancelled_is_noted_with_the_rounds_it_had()
    {
        NativeLibraries.RequireXGBoost();
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var step = Samples.Context(Guid.CreateVersion7(), "step:1");
        var engine = new InterruptedEngine(target: 0, round: 30, cancellation.Cancel);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TrainAsync(
            new TrainingOptions { Engine = "interrupted", Parameters = Rounds }, step, engine, cancellation.Token));

        Assert.Equal(30, engine.LastRound);
        Assert.Equal("cancelled", (await _host.Experiments.FindAsync(step.StepId!.Value, Token))!.State);
    }

    [Fact]
    public async Task Limits_of_time_and_memory_end_a_training_with_what_was_allowed()
    {
        NativeLibraries.RequireXGBoost();
        byte[]? taken = null;
        var slow = new InterruptedEngine(0, 1, () => Thread.CurrentThread.Join(TimeSpan.FromMilliseconds(100)));
        var large = new InterruptedEngine(0, 1, () => Array.Fill(taken = new byte[64 << 20], (byte)1));

        var late = await Assert.ThrowsAsync<MeshException>(() => TrainAsync(Limited(new TrainingLimits { Seconds = 0.05 }), engine: slow));
        var full = await Assert.ThrowsAsync<MeshException>(() => TrainAsync(Limited(new TrainingLimits { Megabytes = 16 }), engine: large));

        Assert.Equal(ErrorCode.DeadlineExceeded, late.Code);
        Assert.Contains("0.05", late.Message, StringComparison.Ordinal);
        Assert.Equal((ErrorCode.ResourceExhausted, false), (full.Code, full.Retryable));
        Assert.Contains("data.limits.megabytes are 16", full.Message, StringComparison.Ordinal);
        GC.KeepAlive(taken);
    }

    private static TrainingOptions Limited(TrainingLimits limits) =>
        new() { Engine = "interrupted", Parameters = Rounds, Limits = limits };

    private static string Text(MetricSeries series) => $"{series.Part}.{series.Target}.{series.Name}: {string.Join(' ', series.Values)}";

    private async Task<(ExperimentRun Run, byte[] File)> TrainAsync(
        TrainingOptions options, MessageContext? context = null, InterruptedEngine? engine = null, CancellationToken? cancellation = null)
    {
        var plan = TrainingPlan.Create(null, options, engine is null ? _engines : new EngineCatalog([engine]));
        byte[] file = [];
        var run = await _host.Job(_data).RunAsync(
            plan,
            null,
            context ?? Samples.Context(),
            (trained, measured) =>
            {
                file = trained.Result.File;
                return Task.FromResult(measured);
            },
            cancellation ?? Token);
        return (run, file);
    }

    /// <summary>Trees, in the middle of which something happens: a power cut, unless told otherwise.</summary>
    private sealed class InterruptedEngine(int target, int round, Action? happens = null, int training = 1) : IModelEngine
    {
        private readonly XGBoostEngine _engine = new();

        public string Name => "interrupted";

        public string Version => _engine.Version;

        public string? Missing => _engine.Missing;

        public IReadOnlyList<ModelTask> Tasks => _engine.Tasks;

        public bool AcceptsMissing => _engine.AcceptsMissing;

        public IReadOnlyList<EngineParameter> Parameters => _engine.Parameters;

        public int LastRound { get; private set; }

        public int Trainings { get; private set; }

        public byte[] Train(
            TrainingData data,
            IReadOnlyDictionary<string, double> parameters,
            int seed,
            TrainingWatch watch,
            CancellationToken cancellationToken)
        {
            Trainings++;
            return _engine.Train(data, parameters, seed, Interrupt(watch), cancellationToken);
        }

        public ITrainedModel Load(ReadOnlyMemory<byte> file) => _engine.Load(file);

        private TrainingWatch Interrupt(TrainingWatch watch) => new()
        {
            Progress = watch.Progress,
            Checkpoint = watch.Checkpoint,
            SaveCheckpoint = watch.SaveCheckpoint,
            Metric = metric =>
            {
                watch.Metric(metric);
                LastRound = metric.Round;
                if (metric.Part == "validation" && (metric.Target, metric.Round, Trainings) == (target, round, training))
                {
                    (happens ?? (() => throw new IOException("power cut")))();
                }
            },
        };
    }
}
