using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Serving.Labels;

/// <summary>Says how good predictions have turned out to be; of a model of which none is kept that is not known.</summary>
internal sealed class MeasurePredictionsHandler(LabelStore labels) : IMessageHandler<MeasurePredictions, LiveMetrics>
{
    public async Task<LiveMetrics> HandleAsync(
        MeasurePredictions message, MessageContext context, CancellationToken cancellationToken)
    {
        var metrics = await labels.MeasureAsync(message.Data, cancellationToken);
        return metrics.Versions.Count > 0
            ? metrics
            : throw MeshException.NotFound($"No prediction of '{message.Data.Model}' is kept, or none of that time.");
    }
}
