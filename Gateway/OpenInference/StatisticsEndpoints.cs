using System.Globalization;
using Skipper.Gateway.Docs;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Rpc;

namespace Skipper.Gateway.OpenInference;

/// <summary>The statistics extension: what models have done, in its words.</summary>
internal static class StatisticsEndpoints
{
    /// <summary>What is not measured apart, because it takes no time worth it, or does not exist.</summary>
    private static readonly object None = Duration(new RequestTimes(0, 0));

    public static void MapStatistics(this RouteGroupBuilder group, string path) =>
        group.MapGet(path, ReadAsync).WithDocs(OpenInferenceDocs.Statistics);

    private static async Task<IResult> ReadAsync(
        string? model, string? version, IRpcClient rpc, CancellationToken cancellationToken)
    {
        var wanted = model is null ? null : ModelPath.Parse(ModelPath.Of(model, version));
        var statistics = await rpc.CallAsync(new ReadServingStatistics { Data = wanted }, null, cancellationToken);
        return Results.Json(new { model_stats = statistics.Models.Select(Describe) });
    }

    private static object Describe(ModelStatistics model) => new
    {
        name = model.Name,
        version = model.Version.ToString(CultureInfo.InvariantCulture),
        last_inference = model.LastInference?.ToUnixTimeMilliseconds() ?? 0,
        inference_count = model.InferenceCount,
        execution_count = model.ExecutionCount,
        inference_stats = new
        {
            success = Duration(model.Success),
            fail = Duration(model.Fail),
            queue = Duration(model.Queue),
            compute_input = Duration(model.ComputeInput),
            compute_infer = Duration(model.ComputeInfer),
            compute_output = None,
            cache_hit = None,
        },
        batch_stats = model.Batches.Select(batch => new
        {
            batch_size = batch.Rows,
            compute_input = None,
            compute_infer = Duration(new RequestTimes(batch.Count, batch.Nanoseconds)),
            compute_output = None,
        }),
    };

    private static object Duration(RequestTimes times) => new { count = times.Count, ns = times.Nanoseconds };
}
