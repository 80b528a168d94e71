using System.Text.Json;
using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Drift;
using Skipper.Services.Data.Reports;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Data.Profiles;

/// <summary>Profiles a version. Idempotent by content: the same version and reference have the same artifacts.</summary>
internal sealed class ProfileDatasetHandler(
    DatasetCatalog catalog, VersionProfiles profiles, QualityPages pages, IArtifactStore artifacts)
    : IMessageHandler<ProfileDataset, DatasetProfile>
{
    public async Task<DatasetProfile> HandleAsync(ProfileDataset message, MessageContext context, CancellationToken cancellationToken)
    {
        var options = message.Data;
        var version = await catalog.FindAsync(options.Dataset, options.Version, cancellationToken);
        if (options.Reference == version.Version)
        {
            throw MeshException.InvalidArgument($"Version {version.Version} of {version.Name} cannot be compared with itself.");
        }

        int? before = options.Reference ?? (version.Version > 1 ? version.Version - 1 : null);
        var reference = before is null ? null : await catalog.FindAsync(version.Name, before, cancellationToken);

        context.Report(10, $"Reading version {version.Version}");
        var profile = await profiles.ReadAsync(version, cancellationToken);
        context.Report(50, "Reading the reference");
        var compared = reference is null ? null : await profiles.ReadAsync(reference, cancellationToken);
        return new DatasetProfile
        {
            Dataset = version,
            Reference = before,
            Profile = await PutAsync(JsonSerializer.SerializeToUtf8Bytes(profile, MessageJson.Options), cancellationToken),
            Page = await pages.WriteAsync(version, profile, compared, cancellationToken),
            Drift = compared is null ? [] : [.. DriftTest.Compare(compared, profile).Select(measure => measure.Describe())],
        };
    }

    private async Task<string> PutAsync(byte[] content, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(content);
        return await artifacts.PutAsync(stream, cancellationToken);
    }
}
