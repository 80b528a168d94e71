using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Data.Quality;

/// <summary>
/// Checks rows in quarantine once more and makes a version that has those that pass behind the rows of the newest one. The suite sees all
/// rows, so that a fixed row is compared with those that are there.
/// </summary>
internal sealed class QuarantineReplayer(
    QualityGate gate,
    QuarantineStore quarantine,
    QualityReportStore reports,
    DatasetStore datasets,
    DatasetPublisher publisher,
    IArtifactStore artifacts)
    : IQuarantineReplayer
{
    public bool Takes(string dataset) => !dataset.Contains(':', StringComparison.Ordinal);

    public async Task<QuarantineReplay> ReplayAsync(string dataset, IReadOnlyList<ReplayRow> rows, CancellationToken cancellationToken)
    {
        var open = await quarantine.FindOpenAsync(dataset, rows, cancellationToken);
        var rules = await gate.FindAsync(dataset, cancellationToken)
            ?? throw MeshException.FailedPrecondition($"There are no rules for dataset '{dataset}' any more: put a suite of this name.");
        var newest = await datasets.FindAsync(dataset, null, cancellationToken)
            ?? throw MeshException.FailedPrecondition($"There is no dataset '{dataset}' to add rows to.");
        var raw = ReplayBatch.Of(open, rules.Standard is null ? ReplayBatch.SchemaOf(newest) : null);
        await using var check = await gate.StartAsync(rules, dataset, "quarantine", raw.Schema, newest.RowCount, cancellationToken);
        RequireSameColumns(newest, check.Schema);
        await ReadAsync(newest, check.Observe, cancellationToken);

        var accepted = check.Check(raw);
        var report = check.Finish();
        if (check.HasLate)
        {
            accepted = check.CheckAgain(ReplayBatch.Of(open, rules.Standard is null ? raw.Schema : null));
        }

        var refused = check.Rejected.Select(row => new ReplayRefusal(open[(int)row.Line - 1].Row.Id, row.Reasons)).ToList();
        if (accepted.Count == 0)
        {
            return new QuarantineReplay { AcceptedCount = 0, Refused = refused };
        }

        var kept = accepted.Lines.Take(accepted.Count).Select(line => open[(int)line - 1]).ToList();
        var version = await PublishAsync(newest, report, accepted, kept, cancellationToken);
        return new QuarantineReplay { AcceptedCount = kept.Count, Dataset = version, Refused = refused };
    }

    private static void RequireSameColumns(DatasetVersion newest, TableSchema schema)
    {
        if (!newest.Columns.Select(column => column.Name).SequenceEqual(schema.Columns.Select(column => column.Name)))
        {
            throw MeshException.FailedPrecondition(
                $"The rules give other columns than version {newest.Version} of '{newest.Name}' has: import its source again instead.");
        }
    }

    private async Task<DatasetVersion> PublishAsync(
        DatasetVersion newest, QualityReport report, RowBatch accepted, List<OpenRow> kept, CancellationToken cancellationToken)
    {
        var schema = ReplayBatch.SchemaOf(newest);
        await using var draft = await publisher.StartAsync(newest.Name, schema, cancellationToken);
        await ReadAsync(newest, batch => draft.WriteAsync(batch, cancellationToken), cancellationToken);
        await draft.WriteAsync(ReplayBatch.As(accepted, schema), cancellationToken);
        var origin = new DatasetOrigin { Transform = "replay", Parents = [new DatasetParent(newest.Name, newest.Version)] };
        var isNew = false;
        var version = await publisher.CommitAsync(
            newest.Name,
            draft,
            origin,
            RejectedSummary.None,
            cancellationToken,
            async (transaction, added) =>
            {
                isNew = true;
                if (added.Version != newest.Version + 1)
                {
                    throw new MeshException(
                        ErrorCode.Unavailable, $"Version {newest.Version + 1} of '{newest.Name}' was made at the same time. Try again.");
                }

                await quarantine.MarkReplayedAsync(transaction, [.. kept.Select(row => (row.Row.Id, row.Fixed))], cancellationToken);
                await reports.AddAsync(transaction, report with { Version = added.Version }, cancellationToken);
            });
        return isNew
            ? version
            : throw MeshException.FailedPrecondition(
                $"With these rows, '{newest.Name}' is what version {version.Version} was: discard the rows, or go back to that version.");
    }

    private async Task ReadAsync(DatasetVersion version, Action<RowBatch> take, CancellationToken cancellationToken) =>
        await ReadAsync(
            version,
            batch =>
            {
                // Not the lines of the rows that are replayed.
                batch.Lines.AsSpan(0, batch.Count).Clear();
                take(batch);
                return Task.CompletedTask;
            },
            cancellationToken);

    private async Task ReadAsync(DatasetVersion version, Func<RowBatch, Task> take, CancellationToken cancellationToken) =>
        await CanonicalFile.ReadAsync(await artifacts.OpenAsync(version.Digest, cancellationToken), take, cancellationToken);
}
