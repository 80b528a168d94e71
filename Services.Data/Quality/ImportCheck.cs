using System.Data.Common;
using Skipper.Services.Data.Standards;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Quality;

/// <summary>
/// What stands between the rows of one import and their publication: each batch is standardized and checked, rejected rows are kept
/// aside, and in the end there is a report that says whether the rest may be published.
/// </summary>
internal sealed class ImportCheck(
    RejectedRun run, Standard? standard, Standardizer? standardizer, SuiteRun suite, QuarantineStore quarantine, QualityReportStore reports)
    : IAsyncDisposable
{
    private const int RowsAtOnce = 500;

    private readonly Findings _findings = new();
    private readonly RejectedSpool _rejected = new();
    private RowBatch? _rows;
    private ILookup<long, LateFinding>? _late;

    /// <summary>Rows that were rejected so far.</summary>
    public long RejectedCount => _rejected.Count;

    /// <summary>Whether rows that were accepted must pass <see cref="RemoveLate"/>; known after <see cref="Finish"/>.</summary>
    public bool HasLate => _late?.Count > 0;

    /// <summary>Sets a record aside that could not be made a row.</summary>
    public void Reject(long line, string reason, TableSchema schema, IReadOnlyList<string> cells)
    {
        var rule = standard?.Rules.ColumnCount ?? "unreadable";
        suite.Reject(line, rule, reason);
        _rejected.Add(new RejectedRecord(line, RawRow.Of(schema, cells), [new QuarantineReason(rule, [], reason)]));
    }

    /// <summary>Checks a batch and gives back what is accepted, which the next call overwrites.</summary>
    /// <param name="raw">Rows as they came: texts where there is a standard, typed columns otherwise.</param>
    public RowBatch Check(RowBatch raw)
    {
        _findings.Clear();
        var rows = raw;
        if (standardizer is not null)
        {
            rows = _rows ??= new RowBatch(standardizer.Schema, raw.Capacity);
            standardizer.Apply(raw, rows, _findings);
        }

        suite.Check(rows, _findings);
        Span<bool> rejected = new bool[rows.Count];
        foreach (var reasons in _findings.All.GroupBy(finding => finding.Row).OrderBy(reasons => reasons.Key))
        {
            rejected[reasons.Key] = true;
            _rejected.Add(new RejectedRecord(
                rows.Lines[reasons.Key],
                RawRow.Of(raw, reasons.Key),
                [.. reasons.Select(finding => new QuarantineReason(finding.Check, finding.Columns, finding.Reason))]));
        }

        rows.Remove(rejected);
        return rows;
    }

    /// <summary>Ends the checks.</summary>
    public QualityReport Finish()
    {
        var report = suite.Finish(run.Id.ToString(), run.Dataset);
        _late = suite.Late.ToLookup(finding => finding.Line);
        return report;
    }

    /// <summary>
    /// Takes rows out of a batch that were found bad when it had passed already. Each accepted row is shown once more, once.
    /// </summary>
    public void RemoveLate(RowBatch rows)
    {
        Span<bool> dropped = new bool[rows.Count];
        for (var row = 0; row < rows.Count; row++)
        {
            var findings = _late![rows.Lines[row]].ToList();
            if (findings.Count > 0)
            {
                dropped[row] = true;
                _rejected.Add(new RejectedRecord(
                    rows.Lines[row],
                    RawRow.Of(rows, row),
                    [.. findings.Select(finding => new QuarantineReason(finding.Check, finding.Columns, finding.Reason))]));
            }
        }

        rows.Remove(dropped);
    }

    /// <summary>Keeps the report of an import that is not published, and says why it is not.</summary>
    /// <returns>The error to throw.</returns>
    public async Task<MeshException> RefuseAsync(QualityReport report, CancellationToken cancellationToken)
    {
        await reports.AddAsync(report, cancellationToken);
        var failed = report.Checks.Where(check => !QualityStatus.Publishes(check.Status)).ToList();
        var shown = string.Join(" ", failed.Take(5).Select(check =>
            $"{check.Name} ({string.Join(", ", check.Columns)}): expected {check.Threshold}, {check.Observed}."));
        return MeshException.FailedPrecondition(
            $"Nothing was published: {failed.Count} checks of suite '{report.Suite}' failed. {shown} The report is {report.RunId}.");
    }

    /// <summary>Keeps report and rejected rows, in the transaction that publishes the accepted ones.</summary>
    public async Task SaveAsync(DbTransaction transaction, QualityReport report, int version, CancellationToken cancellationToken)
    {
        await reports.AddAsync(transaction, report with { Version = version }, cancellationToken);
        var first = 0L;
        foreach (var rows in _rejected.ReadAll().Chunk(RowsAtOnce))
        {
            await quarantine.AddAsync(transaction, run, rows, first, cancellationToken);
            first += rows.Length;
        }
    }

    public ValueTask DisposeAsync()
    {
        suite.Dispose();
        return _rejected.DisposeAsync();
    }
}
