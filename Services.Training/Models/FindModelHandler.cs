using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Training.Models;

/// <summary>Answers one model version; changes nothing, so a second delivery does no harm.</summary>
internal sealed class FindModelHandler(VersionFinder versions) : IMessageHandler<FindModel, ModelVersion>
{
    public Task<ModelVersion> HandleAsync(FindModel message, MessageContext context, CancellationToken cancellationToken) =>
        versions.RequireAsync(message.Data, cancellationToken);
}
