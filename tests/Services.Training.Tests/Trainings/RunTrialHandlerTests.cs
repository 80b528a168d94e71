using Skipper.Services.Training.Trainings;
using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Arrays;
using Skipper.Testing;

namespace Skipper.Services.Training.Tests.Trainings;

public sealed class RunTrialHandlerTests : IAsyncLifetime
{
    private static readonly RunTrial Request = new()
    {
        Data = new TrialOptions
        {
            Training = new TrainingOptions
            {
                Engine = "linear",
                Experiment = "search",
                Parameters = new Dictionary<string, double> { ["ridge"] = 9 },
            },
            Trial = new Trial { Number = 3, Parameters = new Dictionary<string, double> { ["ridge"] = 0.5 } },
        },
    };

    private readonly TestStorage _storage = TestStorage.Sqlite();
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
    public async Task A_trial_keeps_its_run_and_predictions_and_registers_nothing()
    {
        var result = await RunAsync(Request, Samples.Context());

        Assert.Equal((3, 0.5), (result.Run.Trial, result.Run.Parameters["ridge"]));
        Assert.InRange(result.Score, 0, 0.2);
        Assert.Empty(await _host.Models.ListAsync(Token));
        Assert.Equal(3, (await _host.Experiments.FindAsync(result.Run.Id, Token))!.Trial);
        using var file = new MemoryStream();
        await using (var stored = await _host.Artifacts.OpenAsync(result.Run.Predictions!, Token))
        {
            await stored.CopyToAsync(file, Token);
        }

        file.Position = 0;
        var predictions = NpyFile.Read(file);
        Assert.Equal((3, 2), (predictions.Rows, predictions.Columns));
        Assert.Equal(1.75, predictions[1, 0], 0.2);
    }

    [Fact]
    public async Task A_trial_that_is_delivered_again_answers_the_same_and_is_not_run_again()
    {
        var step = Samples.Context(Guid.CreateVersion7(), "try[2]:1");
        var first = await RunAsync(Request, step);

        var second = await RunAsync(Request, step);

        Assert.Equal((first.Run.Id, first.Score, 1), (second.Run.Id, second.Score, second.Run.Attempts));
        Assert.Single(_data.Requests);
        Assert.Single(await _host.Experiments.ListAsync("search", null, 10, Token));
    }

    [Fact]
    public async Task The_score_of_a_cross_validated_trial_is_that_of_its_folds()
    {
        var folded = Request with { Data = Request.Data with { Training = Request.Data.Training! with { Folds = 3 } } };

        var result = await RunAsync(folded, Samples.Context());

        Assert.Equal(TrainingScores.Score(result.Run.CrossValidation), result.Score);
        Assert.NotEqual(TrainingScores.Score(result.Run.Metrics.Where(metric => metric.Part == "validation")), result.Score);
    }

    [Fact]
    public async Task A_parameter_that_is_not_known_is_refused_before_any_work()
    {
        var wrong = Request with
        {
            Data = Request.Data with { Trial = new Trial { Number = 1, Parameters = new Dictionary<string, double> { ["rigde"] = 1 } } },
        };

        var error = await Assert.ThrowsAsync<MeshException>(() => RunAsync(wrong, Samples.Context()));

        Assert.Contains("did you mean 'ridge'", error.Message, StringComparison.Ordinal);
        Assert.Empty(_data.Requests);
    }

    private Task<TrialResult> RunAsync(RunTrial request, MessageContext context) =>
        new RunTrialHandler(EngineCatalog.CreateDefault(), _host.Job(_data), _host.Artifacts).HandleAsync(request, context, Token);
}
