using System.Diagnostics.Metrics;
using System.Text.Json;
using Skipper.Services.Serving.Lanes;
using Skipper.Services.Serving.Models;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Testing;

namespace Skipper.Services.Serving.Tests.Lanes;

public sealed class ServingStatisticsTests : IAsyncLifetime
{
    private readonly TestStorage _storage = TestStorage.Sqlite();
    private ServingHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = new ServingHost(_storage, new FakeTrainingService());
        await _host.Intake.TryPublishAsync(await _host.RegisterAsync("housing", 1, Token), Token);
        await _host.Intake.TryPublishAsync(await _host.RegisterAsync("weather", 1, Token), Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _storage.DisposeAsync();
    }

    [Fact]
    public async Task Requests_rows_batches_and_failures_are_counted_by_model()
    {
        await PredictAsync("""{"data":{"rows":[[6,10],[8,15],[8,15]]}}""");
        await PredictAsync("""{"data":{"rows":[[6,10]]}}""");
        await Assert.ThrowsAsync<MeshException>(() => PredictAsync("""{"data":{"rows":[[6]]}}"""));

        var statistics = await AskAsync(null);

        Assert.Equal(["housing", "weather"], statistics.Models.Select(model => model.Name));
        var housing = statistics.Models[0];
        Assert.Equal((4, 2, 0, 0), (housing.InferenceCount, housing.ExecutionCount, housing.Pending, housing.QueuedRows));
        Assert.Equal((2, 1, 2, 2), (housing.Success.Count, housing.Fail.Count, housing.ComputeInput.Count, housing.ComputeInfer.Count));
        Assert.True(housing.Success.Nanoseconds >= housing.ComputeInfer.Nanoseconds);
        Assert.Equal([(1, 1), (4, 1)], housing.Batches.Select(batch => (batch.Rows, (int)batch.Count)));
        Assert.Equal(
            [("rejected", 0), ("canceled", 0), ("backend", 0), ("other", 1)],
            housing.Failures.Select(failure => (failure.Key, (int)failure.Value)));
        Assert.Equal(2, housing.Cuts["idle"]);
        Assert.NotNull(housing.LastInference);
        Assert.Null(statistics.Models[1].LastInference);
    }

    [Fact]
    public async Task What_batches_cost_was_measured_before_the_first_request()
    {
        var cost = (await AskAsync(null)).Models[1].Cost;

        Assert.True(cost.Fixed + cost.Row > 0, cost.ToString());
        Assert.InRange(cost.MostRows, 64, 1024);
        Assert.Null(cost.Gap);
    }

    [Fact]
    public async Task One_model_or_version_or_alias_may_be_asked_for()
    {
        _host.Catalog.Point("weather", new AliasPointer("champion", 1, 1));

        Assert.Equal("weather", Assert.Single((await AskAsync(new ModelName { Name = "weather" })).Models).Name);
        Assert.Single((await AskAsync(new ModelName { Name = "weather", Version = 1 })).Models);
        Assert.Single((await AskAsync(new ModelName { Name = "weather", Alias = "champion" })).Models);
    }

    [Theory]
    [InlineData("nobody", null, null, "Model 'nobody' is not loaded here; loaded: housing, weather.")]
    [InlineData("weather", 9, null, "Model 'weather@9' is not loaded here; loaded: housing, weather.")]
    [InlineData("weather", null, "best", "Alias 'best' of 'weather' is not served here.")]
    public async Task What_is_not_loaded_has_no_statistics(string name, int? version, string? alias, string message)
    {
        var error = await Assert.ThrowsAsync<MeshException>(
            () => AskAsync(new ModelName { Name = name, Version = version, Alias = alias }));

        Assert.Equal((ErrorCode.NotFound, message), (error.Code, error.Message));
    }

    [Fact]
    public async Task The_numbers_are_metrics_by_the_names_of_triton()
    {
        await PredictAsync("""{"data":{"rows":[[6,10],[8,15]]}}""");
        using var metrics = new LaneMetrics(_host.Catalog);
        await metrics.StartAsync(Token);
        Dictionary<string, double> found = [];
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, reader) =>
        {
            if (instrument.Meter == metrics.Meter)
            {
                reader.EnableMeasurementEvents(instrument);
            }
        };
        void Add(string name, ReadOnlySpan<KeyValuePair<string, object?>> tags, double value)
        {
            string[] texts = [.. tags.ToArray().Select(tag => $"{tag.Value}")];
            found[$"{name} {string.Join(' ', texts)}"] = value;
        }

        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument.Name, tags, value));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument.Name, tags, value));
        listener.Start();
        listener.RecordObservableInstruments();

        Assert.Equal(1, found["nv_inference_request_success housing 1"]);
        Assert.Equal(0, found["nv_inference_request_success weather 1"]);
        Assert.Equal(0, found["nv_inference_request_failure housing 1 BACKEND"]);
        Assert.Equal(2, found["nv_inference_count housing 1"]);
        Assert.Equal(1, found["nv_inference_exec_count housing 1"]);
        Assert.Equal(0, found["nv_inference_pending_request_count housing 1"]);
        Assert.True(found["nv_inference_request_duration_us housing 1"] > 0);
        Assert.Equal(1, found["skipper.batch.cuts housing 1 idle"]);
        Assert.True(found["skipper.batch.cost.row housing 1"] > 0);
    }

    private Task<ServingStatistics> AskAsync(ModelName? model) =>
        _host.Get<ServingStatisticsHandler>().HandleAsync(new ReadServingStatistics { Data = model }, Samples.Context, Token);

    private Task<PredictionBatch> PredictAsync(string request) =>
        _host.Bundles.HandleAsync(JsonSerializer.Deserialize<PredictRows>(request, MessageJson.Options)!, Samples.Context, Token);
}
