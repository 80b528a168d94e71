using System.Text;
using Skipper.Services.Training.Models;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Training.Cards;

/// <summary>Writes the card of a version. Idempotent by content: what is known is the same page.</summary>
internal sealed class DescribeModelHandler(
    ModelStore models, AliasStore aliases, VersionFinder versions, IArtifactStore artifacts)
    : IMessageHandler<DescribeModel, ModelCard>
{
    public async Task<ModelCard> HandleAsync(DescribeModel message, MessageContext context, CancellationToken cancellationToken)
    {
        var model = await versions.RequireAsync(message.Data, cancellationToken);
        var evidence = await models.FindEvidenceAsync(model.Name, model.Version, cancellationToken);
        ModelAlias[] pointing =
            [.. (await aliases.ListAsync(model.Name, cancellationToken)).Where(alias => alias.Version == model.Version)];
        var limits = CardLimits.Of(model, evidence);
        using var page = new MemoryStream(Encoding.UTF8.GetBytes(CardPage.Write(model, evidence, pointing, limits)));
        return new ModelCard
        {
            Model = model with { Evidence = evidence },
            Aliases = pointing,
            Limits = limits,
            Page = await artifacts.PutAsync(page, cancellationToken),
        };
    }
}
