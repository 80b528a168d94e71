using Microsoft.Extensions.Logging.Abstractions;
using Skipper.Services.Training.Comparisons;
using Skipper.Services.Training.Trainings;
using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Services.Training.Tests.Comparisons;

public sealed class CompareModelsHandlerTests : IAsyncLifetime
{
    private readonly TestStorage _storage = TestStorage.Sqlite();
    private TrainingHost _host = null!;
    private Func<double, double> _truth = x => x;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _host = new TrainingHost(_storage);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _host.Dispose();
        return _storage.DisposeAsync();
    }

    [Fact]
    public async Task Both_versions_are_measured_on_the_rows_of_today_each_with_its_own_normalization()
    {
        // Given a champion that has learned price = x and a challenger that has learned what holds today, price = 3 x + 1
        await TrainAsync(x => x);
        await _host.Mover.PromoteAsync(new() { Name = "housing", Version = 1, Alias = "champion" }, null, Token);
        await TrainAsync(x => (3 * x) + 1);

        // When both are compared on rows whose normalization is another one
        var comparison = await CompareAsync(mean: -1, deviation: 2);

        // Then x is 2 z - 1 = -1, -0.5, 0: the champion is off by |2 x + 1| = 1, 0, 1
        Assert.Equal((2, 1, 3), (comparison.Version, comparison.ChampionVersion, comparison.RowCount));
        Assert.Equal(0, comparison.Challenger["price"]["rmse"], 0.01);
        Assert.Equal(Math.Sqrt(2 / 3.0), comparison.Champion!["price"]["rmse"], 0.01);

        var moved = await _host.Mover.PromoteAsync(
            new()
            {
                Name = "housing",
                Version = 2,
                Alias = "champion",
                Gate = new() { Metric = "rmse", Target = "price", MinimumGain = 0.5, Comparison = comparison },
            },
            null,
            Token);
        Assert.Equal((2, true), (moved.Version, moved.Gate!.Passed));
    }

    [Fact]
    public async Task Without_a_champion_only_the_challenger_is_measured()
    {
        await TrainAsync(x => x);

        var comparison = await CompareAsync(version: 1);

        Assert.Null(comparison.ChampionVersion);
        Assert.Null(comparison.Champion);
        Assert.NotEmpty(comparison.Challenger);
    }

    [Fact]
    public async Task A_version_whose_input_is_not_there_any_more_cannot_be_compared()
    {
        await TrainAsync(x => x);

        var error = await Assert.ThrowsAsync<MeshException>(() => CompareAsync(version: 1, feature: "y"));

        Assert.Equal(ErrorCode.FailedPrecondition, error.Code);
        Assert.Contains("no column 'x'", error.Message, StringComparison.Ordinal);
    }

    private async Task TrainAsync(Func<double, double> truth)
    {
        _truth = truth;
        var handler = new TrainModelHandler(
            EngineCatalog.CreateDefault(),
            _host.Job(new FakeDataService(request => SplitAsync(request, _truth))),
            _host.Artifacts,
            _host.Models,
            _host.Publisher,
            TimeProvider.System,
            NullLogger<TrainModelHandler>.Instance);
        await handler.HandleAsync(new TrainModel { Data = new() { Engine = "linear" } }, Samples.Context(), Token);
    }

    private Task<ModelComparison> CompareAsync(int version = 2, double mean = 0, double deviation = 1, string feature = "x")
    {
        var data = new FakeDataService(async request =>
        {
            var split = await SplitAsync(request, z => _truth((z * deviation) + mean));
            return split with
            {
                Features = [.. split.Features.Select(f => f with { Name = feature, Mean = mean, StandardDeviation = deviation })],
            };
        });
        var handler = new CompareModelsHandler(
            _host.Versions,
            _host.Aliases,
            new VersionJudge(_host.Artifacts, EngineCatalog.CreateDefault()),
            new SplitReader(_host.Artifacts),
            data);
        return handler.HandleAsync(
            new CompareModels { Data = new() { Name = "housing", Version = version, Alias = "champion" } }, Samples.Context(), Token);
    }

    private Task<DatasetSplit> SplitAsync(SplitDataset request, Func<double, double> price) =>
        Samples.SplitAsync(_host.Artifacts, request.Data!, 20, price, Token);
}
