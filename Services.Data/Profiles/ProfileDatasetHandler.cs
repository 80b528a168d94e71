using System.Text;
using System.Text.Json;
using Skipper.Services.Data.Drift;
using Skipper.Services.Data.Features;
using Skipper.Services.Data.Quality;
using Skipper.Services.Data.Reports;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Events;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Data.Profiles;

/// <summary>Profiles a version. Idempotent by content: the same version and reference have the same artifacts.</summary>
internal sealed partial class ProfileDatasetHandler(
    VersionRows rows,
    VersionProfiles profiles,
    QualityReportStore reports,
    IArtifactStore artifacts,
    IEventBus events,
    ILogger<ProfileDatasetHandler> logger)
    : IMessageHandler<ProfileDataset, DatasetProfile>
{
    public async Task<DatasetProfile> HandleAsync(ProfileDataset message, MessageContext context, CancellationToken cancellationToken)
    {
        var options = message.Data;
        var version = await rows.FindAsync(options.Dataset, options.Version, cancellationToken);
        if (options.Reference == version.Version)
        {
            throw MeshException.InvalidArgument($"Version {version.Version} of {version.Name} cannot be compared with itself.");
        }

        int? before = options.Reference ?? (version.Version > 1 ? version.Version - 1 : null);
        var reference = before is null ? null : await rows.FindAsync(version.Name, before, cancellationToken);

        context.Report(10, $"Reading version {version.Version}");
        var profile = await profiles.ReadAsync(version, cancellationToken);
        context.Report(50, "Reading the reference");
        var compared = reference is null ? null : await profiles.ReadAsync(reference, cancellationToken);
        var report = await reports.FindAsync(new DatasetName { Name = version.Name, Version = version.Version }, cancellationToken);
        var page = QualityPage.Write(version.Name, version.Version, report, profile, compared);
        ColumnDrift[] drift = compared is null ? [] : [.. DriftTest.Compare(compared, profile).Select(Describe)];
        await AnnounceAsync(version, before, drift, cancellationToken);
        return new DatasetProfile
        {
            Dataset = version,
            Reference = before,
            Profile = await PutAsync(JsonSerializer.SerializeToUtf8Bytes(profile, MessageJson.Options), cancellationToken),
            Page = await PutAsync(Encoding.UTF8.GetBytes(page), cancellationToken),
            Drift = drift,
        };
    }

    // Each time somebody looks: who acts on it has to rest between two of them anyway.
    private async Task AnnounceAsync(
        DatasetVersion version, int? reference, ColumnDrift[] columns, CancellationToken cancellationToken)
    {
        ColumnDrift[] drifted = [.. columns.Where(column => column.Verdict == "drift")];
        if (reference is not { } compared || drifted.Length == 0)
        {
            return;
        }

        try
        {
            await events.PublishAsync(
                new DriftDetected { Dataset = version.Name, Version = version.Version, Reference = compared, Columns = drifted },
                cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The profile says it too; only what is started by drift starts at the next look.
            LogNotAnnounced(exception, version.Name, version.Version);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Dataset} version {Version} has drifted, which could not be announced")]
    private partial void LogNotAnnounced(Exception exception, string dataset, int version);

    private static ColumnDrift Describe(DriftMeasure measure) => new()
    {
        Column = measure.Column,
        Verdict = JsonNamingPolicy.SnakeCaseLower.ConvertName(measure.Verdict.ToString()),
        Method = measure.Method,
        Value = measure.Value,
        Threshold = measure.Threshold,
        Probability = measure.Probability,
        Reason = measure.Reason,
    };

    private async Task<string> PutAsync(byte[] content, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(content);
        return await artifacts.PutAsync(stream, cancellationToken);
    }
}
