using Microsoft.Extensions.Options;
using Skipper.Services.Serving.Models;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Serving.Drift;

/// <summary>Tells how far a version's requests have drifted; changes nothing, so a second delivery does no harm.</summary>
internal sealed class MeasureDriftHandler(
    ModelFinder models, ReferenceFinder references, DriftMeter meter, IOptions<DriftOptions> options)
    : IMessageHandler<MeasureDrift, ModelDrift>
{
    public async Task<ModelDrift> HandleAsync(MeasureDrift message, MessageContext context, CancellationToken cancellationToken)
    {
        var most = options.Value.KeptDays * 24;
        var hours = message.Data.Hours ?? options.Value.WindowHours;
        if (!(hours >= 1 && hours <= most))
        {
            throw MeshException.InvalidArgument(FormattableString.Invariant($"hours must be between 1 and {most}, was {hours}."));
        }

        var version = await VersionOfAsync(message.Data.Model, cancellationToken);
        var reference = await references.FindAsync(version, cancellationToken)
            ?? throw MeshException.FailedPrecondition(
                $"Nothing is known of the rows that model {version.Name} version {version.Version} was trained on, as it was imported or "
                + "made by an older service; so there is nothing to compare with.");
        return await meter.MeasureAsync(version, reference, hours, cancellationToken);
    }

    private async Task<ModelReference> VersionOfAsync(string? model, CancellationToken cancellationToken)
    {
        using var lease = await models.LeaseAsync(model, cancellationToken);
        return new ModelReference(lease.Model.Manifest.Name, lease.Model.Manifest.Version);
    }
}
