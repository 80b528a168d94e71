using System.Text.Json.Nodes;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Rpc;

namespace Skipper.Gateway.Preprocessing;

/// <summary>Asks the data service to turn a stored file into an array.</summary>
internal sealed class PreprocessCaller(IRpcClient rpc)
{
    /// <summary>What can be preprocessed, as paths name it.</summary>
    public static readonly IReadOnlyList<string> Kinds = ["audio", "image", "text", "weather"];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="artifact">Digest of the file.</param>
    /// <param name="recipe">Members of the recipe, texts as they were sent.</param>
    /// <param name="strict">Whether a member that no recipe has is an error.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="Skipper.Shared.Messaging.Errors.MeshException">The recipe is wrong, or the work failed.</exception>
    public Task<PreprocessedArray> CallAsync(
        string kind, string artifact, JsonObject recipe, bool strict, CancellationToken cancellationToken) => kind switch
        {
            "image" => CallAsync(
                new PreprocessImage { Data = new() { Artifact = artifact, Recipe = Recipes.Read<ImageRecipe>(recipe, strict) } },
                cancellationToken),
            "audio" => CallAsync(
                new PreprocessAudio { Data = new() { Artifact = artifact, Recipe = Recipes.Read<AudioRecipe>(recipe, strict) } },
                cancellationToken),
            "text" => CallAsync(
                new PreprocessText { Data = new() { Artifact = artifact, Recipe = Recipes.Read<TextRecipe>(recipe, strict) } },
                cancellationToken),
            _ => CallAsync(new PreprocessWeather { Data = new() { Artifact = artifact } }, cancellationToken),
        };

    private Task<PreprocessedArray> CallAsync(IRequest<PreprocessedArray> request, CancellationToken cancellationToken) =>
        rpc.CallAsync(request, Patience, cancellationToken);
}
