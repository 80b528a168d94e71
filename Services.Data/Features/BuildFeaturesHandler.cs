using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Data.Features;

/// <summary>Builds features. Idempotent by content: a repeated build finds the version it made.</summary>
internal sealed class BuildFeaturesHandler(FeatureBuilder builder) : IMessageHandler<BuildFeatures, DatasetVersion>
{
    public Task<DatasetVersion> HandleAsync(
        BuildFeatures message, MessageContext context, CancellationToken cancellationToken) =>
        builder.BuildAsync(message.Data, context.Report, cancellationToken);
}
