using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Serving.OpenInference;

/// <summary>
/// Answers an inference request of the Open Inference Protocol with its inference response, both as they are on HTTP; changes nothing,
/// so a second delivery does no harm.
/// </summary>
internal sealed class InferHandler(Predictor predictor) : IMessageHandler<RawJson, RawJson>
{
    public const string TaskType = "infer";

    public async Task<RawJson> HandleAsync(RawJson message, MessageContext context, CancellationToken cancellationToken)
    {
        var request = InferRequest.Parse(message.Utf8);
        var call = PredictionCall.Of(context, request.Model, new TensorRows(request)) with { Priority = request.Priority };
        using var scored = await predictor.PredictAsync(call, cancellationToken);
        return InferReply.Write(request, scored);
    }
}
