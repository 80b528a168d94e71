using Skipper.Services.Serving.Models;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Serving.Lanes;

/// <summary>Says what the lanes of this process have done; changes nothing, so a second delivery does no harm.</summary>
internal sealed class ServingStatisticsHandler(ModelCatalog catalog) : IMessageHandler<ReadServingStatistics, ServingStatistics>
{
    private static readonly string Worker = $"{Environment.MachineName}:{Environment.ProcessId}";

    public Task<ServingStatistics> HandleAsync(
        ReadServingStatistics message, MessageContext context, CancellationToken cancellationToken)
    {
        var wanted = message.Data;
        var version = wanted is { Alias: { } alias }
            ? catalog.FindAlias(wanted.Name, alias)?.Version
                ?? throw MeshException.NotFound($"Alias '{alias}' of '{wanted.Name}' is not served here.")
            : wanted?.Version;
        ModelStatistics[] models =
        [
            .. catalog.Loaded.Select(model => (model.Manifest, model.Lane))
                .Where(model => wanted is null || (model.Manifest.Name == wanted.Name && model.Manifest.Version == (version ?? model.Manifest.Version)))
                .Select(model => model.Lane.Describe(model.Manifest)),
        ];
        return wanted is null || models.Length > 0
            ? Task.FromResult(new ServingStatistics { Worker = Worker, Models = models })
            : throw MeshException.NotFound(
                $"Model '{new ModelReference(wanted.Name, version)}' is not loaded here; loaded: {string.Join(", ", catalog.Names)}.");
    }
}
