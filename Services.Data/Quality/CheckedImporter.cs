using Microsoft.Extensions.Options;
using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Imports;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Quality;

/// <summary>
/// Imports a file for which there are rules: bad rows go to quarantine, the others become a version unless the suite fails.
/// </summary>
internal sealed class CheckedImporter(
    QualityGate gate, DatasetPublisher publisher, DatasetStore datasets, QualityReportStore reports, IOptions<DatasetOptions> options)
{
    private const int FewestRows = 2;

    /// <exception cref="MeshException"><see cref="ErrorCode.FailedPrecondition"/>: the suite failed, and nothing was published.</exception>
    public async Task<DatasetVersion> ImportAsync(
        ImportRules rules,
        string name,
        Func<CancellationToken, Task<Stream>> open,
        ImportOrigin origin,
        CancellationToken cancellationToken)
    {
        DatasetPublisher.RequireName(name);
        var content = new ImportContent(open, origin.Encoding, options.Value.MaxMegabytes);
        var source = await SchemaAsync(rules, content, cancellationToken);
        var previous = await datasets.FindAsync(name, null, cancellationToken);
        await using var check = await gate.StartAsync(rules, name, origin.Name, source, previous?.RowCount, cancellationToken);
        await using var draft = await publisher.StartAsync(name, check.Schema, cancellationToken);
        await ReadAsync(content, source, check, check.Check, draft, cancellationToken);
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
        await ReadAsync(content, source, RejectedBefore.Instance, check.CheckAgain, again, cancellationToken);
        return await CommitAsync(rules, check, report, again, origin, cancellationToken);
    }

    private static async Task<TableSchema> SchemaAsync(ImportRules rules, ImportContent content, CancellationToken cancellationToken)
    {
        await using var reader = await content.OpenAsync([], cancellationToken);
        var inferred = await ColumnInference.ReadAsync(reader, cancellationToken);
        return rules.Standard is null
            ? inferred
            : new TableSchema([.. inferred.Columns.Select(column => column with { Kind = ColumnKind.Text })]);
    }

    private static async Task ReadAsync(
        ImportContent content,
        TableSchema source,
        IRejectedRecords rejected,
        Func<RowBatch, RowBatch> check,
        DatasetDraft draft,
        CancellationToken cancellationToken)
    {
        await using var reader = await content.OpenAsync([.. source.Columns.Select(column => column.Name)], cancellationToken);
        var parser = new RowParser(reader, source, rejected);
        var batch = new RowBatch(source);
        while (await parser.FillAsync(batch, cancellationToken))
        {
            await draft.WriteAsync(check(batch), cancellationToken);
        }
    }

    private async Task<DatasetVersion> CommitAsync(
        ImportRules rules,
        ImportCheck check,
        QualityReport report,
        DatasetDraft draft,
        ImportOrigin origin,
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
            new DatasetOrigin { Transform = "import", Sources = [origin.Name] },
            new RejectedSummary(check.RejectedCount, check.FirstRejected, Artifact: null),
            cancellationToken,
            (transaction, added) =>
            {
                isNew = true;
                return check.SaveAsync(transaction, report, added.Version, cancellationToken);
            });
        if (!isNew)
        {
            await reports.AddAsync(report with { Version = version.Version }, cancellationToken);
        }

        await gate.WatchAsync(rules, report, cancellationToken);
        return version;
    }

    /// <summary>What cannot be read has been put aside when the file was read first.</summary>
    private sealed class RejectedBefore : IRejectedRecords
    {
        public static readonly RejectedBefore Instance = new();

        public ValueTask AddAsync(long line, string reason, IReadOnlyList<string> cells, CancellationToken cancellationToken) =>
            ValueTask.CompletedTask;
    }
}
