using Microsoft.Extensions.Logging.Abstractions;
using Skipper.Services.Training.Trainings;
using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;
using Skipper.Testing;

namespace Skipper.Services.Training.Tests.Trainings;

public sealed class TrainModelHandlerTests : IAsyncLifetime
{
    private readonly TestStorage _storage = TestStorage.Sqlite();
    private TrainingHost _host = null!;
    private FakeDataService _data = null!;
    private EngineCatalog _engines = EngineCatalog.CreateDefault();

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
    public async Task A_training_registers_a_version_with_all_that_serving_needs()
    {
        var reply = await TrainAsync();

        var model = reply.Model;
        Assert.Equal("TASK_COMPLETED", reply.Result);
        Assert.Equal(("housing", 1, "linear"), (model.Name, model.Version, model.Engine));
        Assert.Equal(("housing", 4, new string('b', 64)), (model.Dataset, model.DatasetVersion, model.DatasetDigest));
        Assert.Equal(["price", "ptratio"], model.Targets);
        Assert.Equal("x", Assert.Single(model.Features).Name);
        Assert.Equal(0.001, model.Parameters["ridge"]);
        Assert.Equal(["test", "validation"], model.Metrics.Keys.Order());
        Assert.True(model.Metrics["test"]["price"].R2 > 0.999);
        Assert.True(model.Metrics["validation"]["ptratio"].R2 > 0.999);
        Assert.Equal(1, (await _host.Models.FindAsync("housing", null, Token))!.Version);
        Assert.Equal([1], _host.Events.Published.Select(published => published.Version));
    }

    [Fact]
    public async Task A_version_is_registered_with_all_that_is_known_of_it()
    {
        var run = Guid.CreateVersion7();
        await TrainAsync();
        var model = (await TrainAsync(run)).Model;

        Assert.Equal(("trained", run, 1, 1), (model.Lineage!.Source, model.Lineage.RunId, model.Lineage.Parent, model.Lineage.Seed));
        Assert.Matches("^[0-9a-f]{64}$", model.Lineage.TestDigest);
        Assert.Equal(("regression", "refuse"), (model.Task, model.Signature!.Missing));
        Assert.Equal(("x", "number", true, 10.0), model.Signature.Inputs.Select(i => (i.Name, i.Type, i.Required, i.Maximum)).Single());
        Assert.Equal(["price", "ptratio"], model.Signature.Outputs.Select(output => output.Name));

        // Row 2 of the test part: x = 0.5.
        Assert.Equal(0.5, model.Golden!.Inputs[^1][0]);
        Assert.Equal(2.5, model.Golden.Outputs[^1][0], 0.01);

        Assert.Null(model.Evidence);
        var evidence = (await _host.Models.FindEvidenceAsync("housing", 2, Token))!;
        Assert.Equal((20, "x"), (evidence.RowCount, Assert.Single(evidence.Importance!).Name));
        Assert.Equal((0.0, 4.75), (evidence.Inputs[0].Edges[0], evidence.Inputs[0].Edges[^1]));
        Assert.Equal(20, evidence.Inputs[0].Counts.Sum());
        Assert.Equal([1, 1.75, 2.5], evidence.Residuals![0].Actual);
    }

    [Fact]
    public async Task The_stored_file_is_the_model()
    {
        var model = (await TrainAsync()).Model;
        using var file = new MemoryStream();
        await using (var stream = await _host.Artifacts.OpenAsync(model.Artifact, Token))
        {
            await stream.CopyToAsync(file, Token);
        }

        using var loaded = _engines.Resolve(model.Engine).Load(file.ToArray());

        var prediction = loaded.Predict(new Matrix(1, 1, [2]));
        Assert.Equal(7, prediction[0, 0], 0.01);
        Assert.Equal(18, prediction[0, 1], 0.01);
    }

    [Fact]
    public async Task A_redelivered_run_answers_the_same_version_and_announces_it_again_without_training()
    {
        var run = Guid.CreateVersion7();
        var first = await TrainAsync(run);

        var second = await TrainAsync(run);

        Assert.Equal(first.Model.Version, second.Model.Version);
        Assert.Equal(first.Model.Artifact, second.Model.Artifact);
        Assert.Single(_data.Requests);
        Assert.Equal([1, 1], _host.Events.Published.Select(published => published.Version));
    }

    [Fact]
    public async Task Another_run_registers_the_next_version()
    {
        await TrainAsync(Guid.CreateVersion7());

        Assert.Equal(2, (await TrainAsync(Guid.CreateVersion7())).Model.Version);
        Assert.Equal(3, (await TrainAsync()).Model.Version);
    }

    [Fact]
    public async Task An_event_bus_that_is_away_does_not_fail_the_training()
    {
        _host.Events.IsAway = true;

        Assert.Equal(1, (await TrainAsync()).Model.Version);
    }

    [Fact]
    public async Task A_wrong_request_is_refused_before_the_data_service_is_asked()
    {
        var error = await Assert.ThrowsAsync<MeshException>(() => CreateHandler().HandleAsync(
            new TrainModel { Payload = "2" }, Samples.Context(), Token));

        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Empty(_data.Requests);
    }

    [Fact]
    public async Task An_error_of_the_data_service_reaches_the_caller()
    {
        _data = new FakeDataService(_ => throw MeshException.NotFound("Dataset 'housing' is not known."));

        var error = await Assert.ThrowsAsync<MeshException>(() => TrainAsync());

        Assert.Equal(ErrorCode.NotFound, error.Code);
    }

    [Theory]
    [InlineData(20, 3.0, "Target 'price' has the same value (3) in all 20 training rows")]
    [InlineData(4, null, "training part must have at least 5, has 4")]
    [InlineData(0, null, "training part must have at least 5, has 0")]
    [InlineData(20, double.NaN, "Column 'price' has a value that is missing or not finite")]
    public async Task Data_to_learn_nothing_from_are_refused(int rows, double? constant, string reason)
    {
        _data = new FakeDataService(
            request => Samples.SplitAsync(_host.Artifacts, request.Data!, rows, x => constant ?? x, Token));

        var error = await Assert.ThrowsAsync<MeshException>(() => TrainAsync());

        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Empty(await _host.Models.ListAsync(Token));
    }

    [Fact]
    public async Task Arrays_that_are_not_in_the_store_are_reported_with_what_to_configure()
    {
        _data = new FakeDataService(async request =>
        {
            var split = await Samples.SplitAsync(_host.Artifacts, request.Data!, Token);
            return split with { Test = split.Test with { Features = new string('d', 64) } };
        });

        var error = await Assert.ThrowsAsync<MeshException>(() => TrainAsync());

        Assert.Equal(ErrorCode.FailedPrecondition, error.Code);
        Assert.Contains("Skipper:Artifacts:Store", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Training_runs_on_a_thread_of_its_own_and_stops_when_cancelled()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var engine = new EndlessEngine();
        _engines = new EngineCatalog([engine]);

        var training = CreateHandler().HandleAsync(Request("endless"), Samples.Context(), cancellation.Token);

        // A training that fails before its first round tells so here.
        await await Task.WhenAny(engine.StartedOnPoolThread.Task, training);
        Assert.False(await engine.StartedOnPoolThread.Task.WaitAsync(Token));
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => training);
        Assert.Empty(await _host.Models.ListAsync(Token));
        Assert.Empty(_host.Events.Published);
    }

    private static TrainModel Request(string engine) => new() { Data = new TrainingOptions { Engine = engine } };

    private Task<TrainedModel> TrainAsync(Guid? run = null) =>
        CreateHandler().HandleAsync(Request("linear"), Samples.Context(run), Token);

    private TrainModelHandler CreateHandler() => new(
        _engines,
        _host.Job(_data),
        _host.Artifacts,
        _host.Models,
        _host.Publisher,
        TimeProvider.System,
        NullLogger<TrainModelHandler>.Instance);

    /// <summary>Trains until it is cancelled.</summary>
    private sealed class EndlessEngine : IModelEngine
    {
        public string Name => "endless";

        public string Version => "1.0.0";

        public string? Missing => null;

        public IReadOnlyList<ModelTask> Tasks { get; } = [ModelTask.Regression];

        public bool AcceptsMissing => false;

        public IReadOnlyList<EngineParameter> Parameters => [];

        public TaskCompletionSource<bool> StartedOnPoolThread { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public byte[] Train(
            TrainingData data,
            IReadOnlyDictionary<string, double> parameters,
            int seed,
            TrainingWatch watch,
            CancellationToken cancellationToken)
        {
            StartedOnPoolThread.SetResult(Thread.CurrentThread.IsThreadPoolThread);
            cancellationToken.WaitHandle.WaitOne();
            cancellationToken.ThrowIfCancellationRequested();
            return [];
        }

        public ITrainedModel Load(ReadOnlyMemory<byte> file) => throw new InvalidDataException();
    }
}
