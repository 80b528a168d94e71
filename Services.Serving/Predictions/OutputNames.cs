using System.Text.Json;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Serving.Predictions;

/// <summary>The names of predicted values as they stand in answers: those of targets, or of classes.</summary>
internal sealed class OutputNames(IReadOnlyList<string> outputs)
{
    /// <summary>In the order of the engine's outputs.</summary>
    public JsonEncodedText[] Outputs { get; } = [.. outputs.Select(Encode)];

    /// <summary>Where an answer with one row names the model.</summary>
    public JsonEncodedText Model { get; } = Encode(Free("model", outputs));

    /// <summary>Where an answer with one row names the version.</summary>
    public JsonEncodedText Version { get; } = Encode(Free("version", outputs));

    /// <summary>Where an answer with one row names the lane of a rollout.</summary>
    public JsonEncodedText Lane { get; } = Encode(Free("lane", outputs));

    private static JsonEncodedText Encode(string name) => JsonEncodedText.Encode(name, MessageJson.Options.Encoder);

    // A target of the same name keeps it, because who asks for a prediction reads the targets.
    private static string Free(string name, IReadOnlyList<string> outputs)
    {
        while (outputs.Contains(name))
        {
            name = $"_{name}";
        }

        return name;
    }
}
