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

    private static readonly string[] Extensions = ["binary_tensor_data", "model_repository", "schedule_policy"];

    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(5);

    private static readonly string Version = typeof(OpenInferenceEndpoints).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static void MapOpenInference(this WebApplication app)
    {
        var group = app.MapGroup("/v2").WithTags("open inference protocol");
        group.MapGet("/", DescribeServer).WithDocs(OpenInferenceDocs.Server);
        group.MapGet("/health/live", () => Results.Json(new { live = true })).WithDocs(OpenInferenceDocs.Live);
        group.MapGet("/health/ready", ServerReadyAsync).WithDocs(OpenInferenceDocs.Ready);
        foreach (var model in ModelPath.Patterns)
        {
            group.MapGet(model, DescribeAsync).WithDocs(OpenInferenceDocs.Model);
            group.MapGet($"{model}/ready", ModelReadyAsync).WithDocs(OpenInferenceDocs.ModelReady);
            group.MapInfer($"{model}/infer");
        }

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

    private static bool IsWantedButNotReady(ServedModelStatus model) =>
        model.State != Ready && (model.Current || model.Aliases.Count > 0);

    private static async Task<IResult> ModelReadyAsync(
        string model, string? version, IRpcClient rpc, CancellationToken cancellationToken)
    {
        var name = ModelPath.Of(model, version);
        var filter = new ServedModelFilter { Model = name };
        var served = await rpc.CallAsync(new ListServedModels { Data = filter }, ProbeTimeout, cancellationToken);
        if (served.Models.Count == 0)
        {
            throw MeshException.NotFound($"Model '{name}' is not known to the serving workers.");
        }

        // Without a version it is the one that answers those who name none.
        var isNamed = name.Contains('@', StringComparison.Ordinal);
        return served.Models.Any(status => status.State == Ready && (isNamed || status.Current))
            ? Results.Json(new { name = model, ready = true })
            : Results.Json(
                new { name = model, ready = false, error = $"{served.Models[^1].State}: {served.Models[^1].Reason}" },
                statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
