using System.Diagnostics.Metrics;
using Skipper.Services.Serving.Models;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Serving.Lanes;

/// <summary>
/// The lanes' numbers for whoever collects metrics: meter <c>Skipper.Serving</c>, Triton's names where it has one. Read when asked, so
/// that predictions pay nothing for them.
/// </summary>
internal sealed class LaneMetrics(ModelCatalog catalog) : IHostedService, IDisposable
{
    public const string Name = "Skipper.Serving";

    public Meter Meter { get; } = new(Name);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Count("nv_inference_request_success", "{request}", "Requests answered.", model => model.Success.Count);
        Meter.CreateObservableCounter(
            "nv_inference_request_failure",
            () => All().SelectMany(model => model.Failures.Select(failure =>
                Of(model, failure.Value, KeyValuePair.Create<string, object?>("reason", failure.Key.ToUpperInvariant())))),
            "{request}",
            "Requests refused or failed, by reason.");
        Count("nv_inference_count", "{row}", "Rows scored.", model => model.InferenceCount);
        Count("nv_inference_exec_count", "{batch}", "Calls of the engine.", model => model.ExecutionCount);
        Count("nv_inference_request_duration_us", "us", "Time of answered requests.", model => model.Success.Nanoseconds / 1000);
        Count("nv_inference_queue_duration_us", "us", "Time that requests waited.", model => model.Queue.Nanoseconds / 1000);
        Count("nv_inference_compute_input_duration_us", "us", "Time to read rows.", model => model.ComputeInput.Nanoseconds / 1000);
        Count("nv_inference_compute_infer_duration_us", "us", "Time in the engine.", model => model.ComputeInfer.Nanoseconds / 1000);
        Gauge("nv_inference_pending_request_count", "{request}", "Requests not answered yet.", model => model.Pending);
        Meter.CreateObservableCounter(
            "skipper.batch.cuts",
            () => All().SelectMany(model => model.Cuts.Select(cut =>
                Of(model, cut.Value, KeyValuePair.Create<string, object?>("reason", cut.Key)))),
            "{batch}",
            "Batches by why they had no more rows.");
        Gauge("skipper.batch.cost.fixed", "us", "Expected cost of any batch.", model => model.Cost.Fixed);
        Gauge("skipper.batch.cost.row", "us", "Expected cost of a row.", model => model.Cost.Row);
        Gauge("skipper.lane.backlog", "{row}", "Rows that wait.", model => model.QueuedRows);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => Meter.Dispose();

    private void Count(string name, string unit, string description, Func<ModelStatistics, long> value) =>
        Meter.CreateObservableCounter(name, () => All().Select(model => Of(model, value(model))), unit, description);

    private void Gauge(string name, string unit, string description, Func<ModelStatistics, double> value) =>
        Meter.CreateObservableGauge(name, () => All().Select(model => Of(model, value(model))), unit, description);

    private IEnumerable<ModelStatistics> All() => catalog.Loaded.Select(model => model.Lane.Describe(model.Manifest));

    private static Measurement<T> Of<T>(ModelStatistics model, T value, params KeyValuePair<string, object?>[] more)
        where T : struct => new(value, [new("model", model.Name), new("version", model.Version), .. more]);
}
