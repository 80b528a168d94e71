using System.Reflection;
using Skipper.Gateway.Docs;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Rpc;

namespace Skipper.Gateway.OpenInference;

/// <summary>
/// The Open Inference Protocol (V2) over HTTP, with Triton's extensions for binary tensors, model repository, schedule policy and
/// statistics.
/// </summary>
internal static class OpenInferenceEndpoints
{
    private const string Ready = "READY";

    private static readonly string[] Extensions = ["binary_tensor_data", "model_repository", "schedule_policy", "statistics"];

    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(5);

    private static readonly string Version = typeof(OpenInferenceEndpoints).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static void MapOpenInference(this WebApplication app)
    {
        var group = app.MapGroup("/v2").WithTags("open inference protocol");
        group.MapGet("/", DescribeServer).WithDocs(OpenInferenceDocs.Server);
        group.MapGet("/health/live", () => Results.Json(new { live = true })).AllowAnonymous().WithDocs(OpenInferenceDocs.Live);
        group.MapGet("/health/ready", ServerReadyAsync).AllowAnonymous().WithDocs(OpenInferenceDocs.Ready);
        foreach (var model in ModelPath.Patterns)
        {
            group.MapGet(model, DescribeAsync).WithDocs(OpenInferenceDocs.Model);
            group.MapGet($"{model}/ready", ModelReadyAsync).WithDocs(OpenInferenceDocs.ModelReady);
            group.MapInfer($"{model}/infer");
            group.MapStatistics($"{model}/stats");
        }

        group.MapStatistics("/models/stats");
        group.MapRepository();
    }

    private static IResult DescribeServer() => Results.Json(new
    {
        name = "skipper",
        version = Version,
        extensions = Extensions,
    });

    private static async Task<IResult> DescribeAsync(
        string model, string? version, IRpcClient rpc, CancellationToken cancellationToken) => Results.Json(
        await rpc.CallAsync(
            new DescribeTensors { Data = new ServedModelName { Model = ModelPath.Of(model, version) } }, null, cancellationToken),
        MessageJson.Options);

    // Its one word in the specification is "live", in that of others "ready"; the status is what counts.
    private static async Task<IResult> ServerReadyAsync(IRpcClient rpc, CancellationToken cancellationToken)
    {
        string? reason;
        try
        {
            var served = await rpc.CallAsync(new ListServedModels(), ProbeTimeout, cancellationToken);
            reason = served.Models.FirstOrDefault(IsWantedButNotReady) is { } model
                ? $"Model '{model.Name}' version {model.Version} is {model.State}: {model.Reason}"
                : null;
        }
        catch (MeshException exception)
        {
            reason = exception.Message;
        }

        return reason is null
            ? Results.Json(new { live = true, ready = true })
            : Results.Json(new { live = true, ready = false, error = reason }, statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    // What is neither loaded nor being loaded, without alias, made room for others and comes back when it is asked.
    private static bool IsWantedButNotReady(ServedModelStatus model) =>
        model is { State: not Ready, Unloaded: false } && (model.Aliases.Count > 0 || model is { Current: true, State: "LOADING" });

    private static async Task<IResult> ModelReadyAsync(
        string model, string? version, IRpcClient rpc, CancellationToken cancellationToken)
    {
        var name = ModelPath.Of(model, version);
        var filter = new ServedModelFilter { Model = name };
        var served = await rpc.CallAsync(new ListServedModels { Data = filter }, ProbeTimeout, cancellationToken);
        if (served.Models.Count == 0)
        {
            // Not loaded, if it exists at all.
            await rpc.CallAsync(new FindModel { Data = ModelPath.Parse(name) }, ProbeTimeout, cancellationToken);
            return NotReady(model, "it is not loaded; it is loaded when it is asked");
        }

        // Without a version it is the one that answers those who name none.
        var isNamed = name.Contains('@', StringComparison.Ordinal);
        return served.Models.Any(status => status.State == Ready && (isNamed || status.Current))
            ? Results.Json(new { name = model, ready = true })
            : NotReady(model, $"{served.Models[^1].State}: {served.Models[^1].Reason}");
    }

    private static IResult NotReady(string name, string error) =>
        Results.Json(new { name, ready = false, error }, statusCode: StatusCodes.Status503ServiceUnavailable);
}
