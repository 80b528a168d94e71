using System.Text.RegularExpressions;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Training.Models;

/// <summary>Remembers which versions somebody needs. A second delivery says the same under the same number.</summary>
internal sealed partial class HoldModelVersionsHandler(HoldStore holds, VersionFinder versions)
    : IMessageHandler<HoldModelVersions, ModelHold>
{
    public async Task<ModelHold> HandleAsync(HoldModelVersions message, MessageContext context, CancellationToken cancellationToken)
    {
        var wanted = message.Data;
        if (!HolderName().IsMatch(wanted.Holder))
        {
            throw MeshException.InvalidArgument($"data.holder must match {HolderName()}, was '{wanted.Holder}'.");
        }

        if (await holds.TrySetAsync(wanted, cancellationToken) is { } hold)
        {
            return hold;
        }

        foreach (var version in wanted.Versions)
        {
            await versions.RequireAsync(new ModelName { Name = wanted.Name, Version = version }, cancellationToken);
        }

        throw MeshException.Unavailable($"A version of model '{wanted.Name}' appeared while it was looked for; try again.");
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9_-]{0,62}\z")]
    private static partial Regex HolderName();
}
