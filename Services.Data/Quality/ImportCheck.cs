using System.Data.Common;
using Skipper.Services.Data.Imports;
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
    RejectedRun run,
    TableSchema source,
    Standard? standard,
    Standardizer? standardizer,
    SuiteRun suite,
    QuarantineStore quarantine,
    QualityReportStore reports)
    : IRejectedRecords, IAsyncDisposable
{
    public const string Unreadable = "unreadable";
    private const int RowsAtOnce = 500;
    private const int ShownRows = 20;
    private const int ShownChecks = 5;

    private readonly Findings _findings = new();
    private readonly RejectedSpool _rejected = new();
    private readonly List<RejectedRow> _first = [];
    private RowBatch? _rows;
    private ILookup<long, QuarantineReason>? _late;
    private ILookup<long, QuarantineReason>? _lateOfRejected;
    private HashSet<long>? _rejectedLines;

    /// <summary>The columns of the rows that are accepted.</summary>
    public TableSchema Schema => standardizer?.Schema ?? source;

    /// <summary>Rows that were rejected so far.</summary>
    public long RejectedCount => _rejected.Count;

    /// <summary>All of them.</summary>
    public IEnumerable<RejectedRecord> Rejected => _rejected.ReadAll();

    /// <summary>The first of them.</summary>
    public IReadOnlyList<RejectedRow> FirstRejected => _first;

    /// <summary>
    /// Whether rows that were accepted turned out bad later, so that all must pass <see cref="CheckAgain"/>; known after
    /// <see cref="Finish"/>.
    /// </summary>
    public bool HasLate => _late?.Count > 0;

    /// <summary>Sets a record aside that could not be made a row.</summary>
    public ValueTask AddAsync(long line, string reason, IReadOnlyList<string> cells, CancellationToken cancellationToken)
    {
        var rule = standard?.Rules.ColumnCount ?? Unreadable;
        suite.Reject(line, rule, reason);
        Reject(line, RawRow.Of(source, cells), [new QuarantineReason(rule, [], reason)]);
        return ValueTask.CompletedTask;
    }

    /// <summary>Checks a batch and gives back what is accepted, which the next call overwrites.</summary>
    /// <param name="raw">Rows as they came: texts where there is a standard, typed columns otherwise.</param>
    public RowBatch Check(RowBatch raw)
    {
        var rows = Standardize(raw);
        suite.Check(rows, _findings);
        Span<bool> rejected = new bool[rows.Count];
        foreach (var reasons in _findings.All.GroupBy(finding => finding.Row).OrderBy(reasons => reasons.Key))
        {
            rejected[reasons.Key] = true;
            Reject(
                rows.Lines[reasons.Key],
                RawRow.Of(raw, reasons.Key),
                [.. reasons.Select(finding => new QuarantineReason(finding.Check, finding.Columns, finding.Reason))]);
        }

        rows.Remove(rejected);
        return rows;
    }

    /// <summary>Lets the suite see rows that were accepted before, for what concerns all rows.</summary>
    public void Observe(RowBatch rows)
    {
        _findings.Clear();
        suite.Check(rows, _findings);
    }

    /// <summary>Ends the checks.</summary>
    public QualityReport Finish()
    {
        var report = suite.Finish(run.Id.ToString(), run.Dataset);
        _late = Reasons(suite.Late.Where(finding => !finding.WasRejected));
        _lateOfRejected = Reasons(suite.Late.Where(finding => finding.WasRejected));
        return report;
    }

    /// <summary>
    /// Gives back what is accepted of a batch that passed <see cref="Check"/> before, now that all is known. Each row comes once more.
    /// </summary>
    public RowBatch CheckAgain(RowBatch raw)
    {
        _rejectedLines ??= [.. _rejected.ReadAll().Select(row => row.Line)];
        var rows = Standardize(raw);
        Span<bool> dropped = new bool[rows.Count];
        for (var row = 0; row < rows.Count; row++)
        {
            var line = rows.Lines[row];
            dropped[row] = _rejectedLines.Contains(line);
            if (!dropped[row] && _late!.Contains(line))
            {
                dropped[row] = true;
                Reject(line, RawRow.Of(raw, row), [.. _late[line]]);
            }
        }

        rows.Remove(dropped);
        return rows;
    }

    /// <summary>Keeps the report of an import that is not published, and says why it is not.</summary>
    /// <returns>The error to throw.</returns>
    public async Task<MeshException> RefuseAsync(QualityReport report, CancellationToken cancellationToken)
    {
        await reports.AddAsync(report, cancellationToken);
        var failed = report.Checks.Where(check => !QualityStatus.Publishes(check.Status)).ToList();
        var shown = string.Join(" ", failed.Take(ShownChecks).Select(check =>
            $"{check.Name}: expected {check.Threshold ?? "no finding"}, found {check.Observed}."));
        return MeshException.FailedPrecondition(
            $"Nothing was published, because {failed.Count} checks of suite '{report.Suite}' failed. {shown} "
            + $"The report is {report.RunId}.");
    }

    /// <summary>Keeps report and rejected rows, in the transaction that publishes the accepted ones.</summary>
    public async Task SaveAsync(DbTransaction transaction, QualityReport report, int version, CancellationToken cancellationToken)
    {
        await reports.AddAsync(transaction, report with { Version = version }, cancellationToken);
        var first = 0L;
        var all = _rejected.ReadAll().Select(row => row with { Reasons = [.. row.Reasons, .. _lateOfRejected![row.Line]] });
        foreach (var rows in all.Chunk(RowsAtOnce))
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

    private static ILookup<long, QuarantineReason> Reasons(IEnumerable<LateFinding> findings) => findings.ToLookup(
        finding => finding.Line, finding => new QuarantineReason(finding.Check, finding.Columns, finding.Reason));

    private RowBatch Standardize(RowBatch raw)
    {
        _findings.Clear();
        if (standardizer is null)
        {
            return raw;
        }

        _rows ??= new RowBatch(standardizer.Schema, raw.Capacity);
        standardizer.Apply(raw, _rows, _findings);
        return _rows;
    }

    private void Reject(long line, string raw, IReadOnlyList<QuarantineReason> reasons)
    {
        _rejected.Add(new RejectedRecord(line, raw, reasons, run.IsRepeated ? RejectedRecord.IdOf(run.Dataset, raw) : null));
        if (_first.Count < ShownRows)
        {
            _first.Add(new RejectedRow((int)Math.Min(line, int.MaxValue), string.Join("; ", reasons.Select(reason => reason.Reason))));
        }
    }
}
