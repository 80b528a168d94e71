using System.Data.Common;
using System.Text.RegularExpressions;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Events;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Data.Datasets;

/// <summary>Makes dataset versions of rows, whatever they come from: written canonically, stored in a typed table, announced.</summary>
internal sealed partial class DatasetPublisher(
    IArtifactStore artifacts,
    DatasetStore datasets,
    VersionTables tables,
    IEventBus events,
    TimeProvider time,
    ILogger<DatasetPublisher> logger)
{
    /// <exception cref="MeshException">It is no name for a dataset.</exception>
    public static void RequireName(string name)
    {
        if (!Name().IsMatch(name))
        {
            throw MeshException.InvalidArgument(
                $"A dataset is named by 1 to 64 lower case letters, digits, - and _, beginning with a letter or digit, found '{name}'.");
        }
    }

    /// <summary>Begins a version; dispose it, and unless it was committed nothing of it is left.</summary>
    public async Task<DatasetDraft> StartAsync(string name, TableSchema schema, CancellationToken cancellationToken)
    {
        RequireName(name);
        return new DatasetDraft(schema, artifacts, await tables.StartAsync(schema, cancellationToken));
    }

    /// <summary>
    /// Makes a version of what was written; the same content under the same name is the version that was made of it before.
    /// </summary>
    /// <param name="name">Of the dataset.</param>
    /// <param name="draft">Complete.</param>
    /// <param name="origin">What it was made of.</param>
    /// <param name="rejected">Rows that are not in it.</param>
    /// <param name="cancellationToken">Stops; nothing is published then.</param>
    /// <param name="within">Writes what belongs to a new version in its transaction.</param>
    public async Task<DatasetVersion> CommitAsync(
        string name,
        DatasetDraft draft,
        DatasetOrigin origin,
        RejectedSummary rejected,
        CancellationToken cancellationToken,
        Func<DbTransaction, DatasetVersion, Task>? within = null)
    {
        // The artifact first: a version in the database always has its content, a content without a version harms nobody.
        var digest = await draft.CompleteAsync(cancellationToken);
        var (version, isNew) = await datasets.AddAsync(
            new DatasetVersion
            {
                Name = name,
                Version = 0,
                Digest = digest,
                RowCount = checked((int)draft.RowCount),
                RejectedCount = checked((int)rejected.Count),
                Rejected = rejected.First,
                Columns = draft.Describe(),
                CreatedAt = Microseconds(time.GetUtcNow()),
            },
            rejected.Artifact,
            draft.Table.Name,
            origin,
            cancellationToken,
            within);
        if (isNew)
        {
            draft.Keep();
            await AnnounceAsync(version, cancellationToken);
        }

        LogPublished(name, version.Version, isNew, version.RowCount, version.RejectedCount);
        return version;
    }

    /// <summary>What is answered now equals what is read from the database later.</summary>
    private static DateTimeOffset Microseconds(DateTimeOffset now) => now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));

    private async Task AnnounceAsync(DatasetVersion version, CancellationToken cancellationToken)
    {
        try
        {
            await events.PublishAsync(new DatasetPublished { Dataset = version }, cancellationToken);
        }
        catch (Exception exception) // The version is there: whoever made it would be lying if it reported failure now.
        {
            LogNotAnnounced(exception, version.Name, version.Version);
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9_-]{0,63}\\z")]
    private static partial Regex Name();
}

/// <summary>Rows that did not get into a version.</summary>
/// <param name="Count">How many.</param>
/// <param name="First">The first of them.</param>
/// <param name="Artifact">Digest of all of them as JSON lines; null where there are none.</param>
internal sealed record RejectedSummary(long Count, IReadOnlyList<RejectedRow> First, string? Artifact)
{
    public static RejectedSummary None { get; } = new(0, [], null);
}
