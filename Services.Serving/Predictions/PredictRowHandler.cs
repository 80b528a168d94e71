using System.Buffers;
using System.Text.Json;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Serving.Predictions;

/// <summary>Predicts one row; changes nothing, so a second delivery does no harm.</summary>
internal sealed class PredictRowHandler(Predictor predictor) : IMessageHandler<PredictRow, RawJson>
{
    public async Task<RawJson> HandleAsync(PredictRow message, MessageContext context, CancellationToken cancellationToken)
    {
        var call = PredictionCall.Of(context, message.Model, new JsonRow(message.Data), message.StickyKey);
        using var scored = await predictor.PredictAsync(call, cancellationToken);
        return Write(scored);
    }

    private static RawJson Write(ScoredCall scored)
    {
        var (manifest, outputs) = (scored.Model.Manifest, scored.Model.Outputs);
        var buffer = new ArrayBufferWriter<byte>(128);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        for (var output = 0; output < outputs.Count; output++)
        {
            writer.WriteNumber(outputs[output], scored.Predictions[0, output]);
        }

        writer.WriteString(FreeName("model", outputs), manifest.Name);
        writer.WriteNumber(FreeName("version", outputs), manifest.Version);
        if (scored.Route.LaneName is { } lane)
        {
            writer.WriteString(FreeName("lane", outputs), lane);
        }

        writer.WriteEndObject();
        writer.Flush();
        return new RawJson(buffer.WrittenMemory);
    }

    // A target of the same name keeps it, because who asks for a prediction reads the targets.
    private static string FreeName(string name, IReadOnlyList<string> outputs)
    {
        while (outputs.Contains(name))
        {
            name = $"_{name}";
        }

        return name;
    }
}
