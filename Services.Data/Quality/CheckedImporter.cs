using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Imports;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Quality;

/// <summary>
/// Imports rows for which there are rules: bad rows go to quarantine, the others become a version unless the suite fails.
/// </summary>
internal sealed class CheckedImporter(
    QualityGate gate, DatasetPublisher publisher, DatasetStore datasets, QualityReportStore reports)
{
    private const int FewestRows = 2;

    /// <exception cref="MeshException"><see cref="ErrorCode.FailedPrecondition"/>: the suite failed, and nothing was published.</exception>
    public async Task<DatasetVersion> ImportAsync(
        ImportRules rules, string name, IImportRows rows, DatasetOrigin origin, CancellationToken cancellationToken)
    {
        DatasetPublisher.RequireName(name);
        var source = await SchemaAsync(rules, rows, cancellationToken);
        var previous = await datasets.FindAsync(name, null, cancellationToken);
        await using var check = await gate.StartAsync(
            rules, name, string.Join(", ", origin.Sources), source, previous?.RowCount, cancellationToken, rows.AreRepeated);
        await using var draft = await publisher.StartAsync(name, check.Schema, cancellationToken);
        await rows.ReadAsync(source, check, batch => draft.WriteAsync(check.Check(batch), cancellationToken), cancellationToken);
        var report = check.Finish();
        if (!QualityStatus.Publishes(report.Status))
        {
            throw await check.RefuseAsync(report, cancellationToken);
        }

        if (!check.HasLate)
        {
            return await CommitAsync(rules, check, report, draft, origin, cancellationToken);
        }

        // Some rows that were written already must not be in the version: it is written again without them.
        await using var again = await publisher.StartAsync(name, check.Schema, cancellationToken);
        await rows.ReadAsync(
            source,
            RejectedBefore.Instance,
            batch => again.WriteAsync(check.CheckAgain(batch), cancellationToken),
            cancellationToken);
        return await CommitAsync(rules, check, report, again, origin, cancellationToken);
    }

    private static async Task<TableSchema> SchemaAsync(ImportRules rules, IImportRows rows, CancellationToken cancellationToken)
    {
        var schema = await rows.SchemaAsync(cancellationToken);
        return rules.Standard is null
            ? schema
            : new TableSchema([.. schema.Columns.Select(column => column with { Kind = ColumnKind.Text })]);
    }

    private async Task<DatasetVersion> CommitAsync(
        ImportRules rules,
        ImportCheck check,
        QualityReport report,
        DatasetDraft draft,
        DatasetOrigin origin,
        CancellationToken cancellationToken)
    {
        if (report.Statistics.RowCount - report.Statistics.RejectedCount < FewestRows)
        {
            throw MeshException.FailedPrecondition(
                $"{report.Statistics.RejectedCount} of {report.Statistics.RowCount} rows were rejected; "
                + $"at least {FewestRows} must be good.");
        }

        var isNew = false;
        var version = await publisher.CommitAsync(
            report.Dataset,
            draft,
            origin,
            new RejectedSummary(check.RejectedCount, check.FirstRejected, Artifact: null),
            cancellationToken,
            (transaction, added) =>
            {
                isNew = true;
                return check.SaveAsync(transaction, report, added.Version, cancellationToken);
            });
        report = report with { Version = version.Version };
        if (!isNew)
        {
            await reports.AddAsync(report, cancellationToken);
        }

        await gate.WatchAsync(rules, report, cancellationToken);
        return version;
    }

    /// <summary>What cannot be read has been put aside when the rows were read first.</summary>
    private sealed class RejectedBefore : IRejectedRecords
    {
        public static readonly RejectedBefore Instance = new();

        public ValueTask AddAsync(long line, string reason, IReadOnlyList<string> cells, CancellationToken cancellationToken) =>
            ValueTask.CompletedTask;
    }
}
