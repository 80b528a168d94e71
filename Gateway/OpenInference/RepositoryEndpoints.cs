using System.Globalization;
using System.Text.Json;
using Skipper.Gateway.Docs;
using Skipper.Gateway.Schedules;
using Skipper.Gateway.Security;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Rpc;

namespace Skipper.Gateway.OpenInference;

/// <summary>The model repository extension: which models there are, load, unload.</summary>
internal static class RepositoryEndpoints
{
    // A large model is read, tried out and warmed.
    private static readonly TimeSpan LoadTimeout = TimeSpan.FromMinutes(5);

    public static void MapRepository(this RouteGroupBuilder group)
    {
        group.MapPost("/repository/index", ListAsync).Requires(Scope.Read).WithDocs(OpenInferenceDocs.Index);
        group.MapPost("/repository/models/{model}/load", LoadAsync).Requires(Scope.Admin).WithDocs(OpenInferenceDocs.Load);
        group.MapPost("/repository/models/{model}/unload", UnloadAsync).Requires(Scope.Admin).WithDocs(OpenInferenceDocs.Unload);
    }

    private static async Task<IResult> ListAsync(HttpRequest request, IRpcClient rpc, CancellationToken cancellationToken)
    {
        var body = await BodyReader.ReadOptionalAsync<IndexBody>(request, cancellationToken);
        var filter = new ServedModelFilter { Ready = body.Ready };
        var served = await rpc.CallAsync(new ListServedModels { Data = filter }, null, cancellationToken);
        return Results.Json(served.Models.Select(Entry));
    }

    private static async Task<IResult> LoadAsync(
        string model, HttpRequest request, IRpcClient rpc, CancellationToken cancellationToken)
    {
        await RequireNoFilesAsync(request, cancellationToken);
        var loaded = await rpc.CallAsync(new LoadModel { Data = new ServedModelName { Model = model } }, LoadTimeout, cancellationToken);
        return Results.Json(Entry(loaded));
    }

    private static async Task<IResult> UnloadAsync(
        string model, HttpRequest request, IRpcClient rpc, CancellationToken cancellationToken)
    {
        // unload_dependents may be said: no model depends on another here.
        _ = await BodyReader.ReadOptionalAsync<ParametersBody>(request, cancellationToken);
        var unloaded = await rpc.CallAsync(new UnloadModel { Data = new ServedModelName { Model = model } }, null, cancellationToken);
        return Results.Json(unloaded.Models.Select(Entry));
    }

    private static object Entry(ServedModelStatus model) => new
    {
        name = model.Name,
        version = model.Version.ToString(CultureInfo.InvariantCulture),
        state = model.State,
        reason = model.Reason ?? "",
    };

    /// <summary>Files come by the registry only; one that is sent along must not seem to have been taken.</summary>
    private static async Task RequireNoFilesAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await BodyReader.ReadOptionalAsync<ParametersBody>(request, cancellationToken);
        if (body.Parameters?.Keys.FirstOrDefault(IsFile) is { } name)
        {
            throw MeshException.InvalidArgument(
                $"Parameter '{name}' is not supported: what is loaded is a version of the registry. Import a model file with "
                + "POST /api/v1/skipper/models/{name}/versions.");
        }
    }

    private static bool IsFile(string parameter) =>
        parameter == "config" || parameter.StartsWith("file:", StringComparison.Ordinal);

    private sealed record IndexBody
    {
        public bool Ready { get; init; }
    }

    private sealed record ParametersBody
    {
        public Dictionary<string, JsonElement>? Parameters { get; init; }
    }
}
