using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Training.Models;

/// <summary>Deletes a version that nobody is served; a second delivery finds it deleted.</summary>
internal sealed class DeleteModelVersionHandler(
    ModelStore models, AliasStore aliases, HoldStore holds, VersionFinder versions, TimeProvider time)
    : IMessageHandler<DeleteModelVersion, DeletedModelVersion>
{
    public async Task<DeletedModelVersion> HandleAsync(
        DeleteModelVersion message, MessageContext context, CancellationToken cancellationToken) =>
        await models.DeleteAsync(message.Data, time.GetUtcNow(), cancellationToken)
            ?? throw await WhyNotAsync(message.Data, cancellationToken);

    private async Task<MeshException> WhyNotAsync(DeleteModelVersion.Deletion deletion, CancellationToken cancellationToken)
    {
        var version = await versions.RequireAsync(
            new ModelName { Name = deletion.Name, Version = deletion.Version }, cancellationToken);
        var pointing = (await aliases.ListAsync(version.Name, cancellationToken))
            .Where(alias => alias.Version == version.Version).Select(alias => alias.Alias).ToArray();
        var holder = (await holds.ListAsync(version.Name, cancellationToken)).FirstOrDefault(hold => hold.Versions.Contains(version.Version));
        return MeshException.FailedPrecondition(holder is not null
            ? $"Version {version.Version} of model '{version.Name}' cannot be deleted: its {holder.Holder} names it. "
                + $"End or change the {holder.Holder} first."
            : pointing.Length > 0
            ? $"Version {version.Version} of model '{version.Name}' cannot be deleted: {string.Join(", ", pointing)} points at it. "
                + "Move the alias first."
            : $"Version {version.Version} of model '{version.Name}' cannot be deleted: it is the newest, which answers whoever names "
                + "no version. Register a newer one first.");
    }
}
