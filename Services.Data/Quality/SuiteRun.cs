using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Data.Quality;

/// <summary>
/// Evaluates a suite over one import. Memory does not grow with the rows, except within the limits that single checks name.
/// </summary>
internal sealed partial class SuiteRun : IRowCheck, IDisposable
{
    private readonly ExpectationSuite _suite;
    private readonly List<CheckRun> _checks;
    private readonly Dictionary<string, CheckRun> _rules = new(StringComparer.Ordinal);
    private readonly RunContext _context;
    private readonly IReadOnlyDictionary<string, string> _sourceNames;
    private readonly BrokenRules _broken;
    private readonly HashSet<long> _lateLines = [];
    private readonly List<LateFinding> _late = [];
    private readonly DateTimeOffset _startedAt;
    private Verdict[] _verdicts = [];
    private bool[] _references = [];
    private long _rows;
    private long _rejected;
    private long _lateRejected;

    /// <param name="suite">The suite.</param>
    /// <param name="context">What its checks may know.</param>
    /// <param name="sourceNames">What the source calls columns, so that findings name what stands in the file.</param>
    public SuiteRun(ExpectationSuite suite, RunContext context, IReadOnlyDictionary<string, string>? sourceNames = null)
    {
        (_suite, _context) = (suite, context);
        _sourceNames = sourceNames ?? new Dictionary<string, string>();
        _checks = [.. suite.Expectations.Select(expectation => new CheckRun(expectation, context))];
        _broken = new BrokenRules(_checks);
        _startedAt = context.Time.GetUtcNow();
    }

    /// <summary>
    /// Rows that turned out bad after their batch had passed; complete after <see cref="Finish"/>. Whoever wrote them takes
    /// them out again.
    /// </summary>
    public IReadOnlyList<LateFinding> Late => _late;

    public void Check(RowBatch batch, Findings findings)
    {
        _broken.Start(batch.Count);
        CountRules(batch, findings);
        foreach (var check in _checks)
        {
            if (check.Test is IRowTest test)
            {
                check.Try(() => Judge(check, test, batch, findings));
            }
        }

        // What is accepted is known now.
        foreach (var check in _checks)
        {
            switch (check.Test)
            {
                case ILateTest test:
                    check.Try(() => Observe(check, test, batch));
                    break;
                case ITableTest test:
                    check.Try(() => test.Observe(batch, _broken.Rejected(batch.Count)));
                    break;
            }
        }

        _rows += batch.Count;
        _rejected += _broken.Rejected(batch.Count).Count(true);
    }

    /// <summary>Counts a record that is not in any batch, because it could not be read.</summary>
    public void Reject(long line, string rule, string reason)
    {
        Rule(rule).AddUnexpected(line, reason);
        foreach (var other in _rules.Values)
        {
            other.Elements++;
        }

        _rows++;
        _rejected++;
    }

    /// <summary>Ends the run; what concerns all rows is judged now.</summary>
    public QualityReport Finish(string runId, string dataset)
    {
        foreach (var check in _checks.Where(check => check.Test is ILateTest))
        {
            check.Try(((ILateTest)check.Test!).Finish);
            check.Try(() => TakeLate(check, (ILateTest)check.Test!));
        }

        var rejected = _rejected + _lateRejected;
        List<QualityCheck> checks = [.. _rules.Values.Concat(_checks).Select(check => check.Finish())];
        var bad = checks.Count(check => !QualityStatus.Publishes(check.Status));
        return new QualityReport
        {
            RunId = runId,
            Suite = _suite.Name,
            Dataset = dataset,
            StartedAt = _startedAt,
            Status = QualityStatus.Worst(checks.Select(check => check.Status)),
            Checks = checks,
            Statistics = new QualityStatistics
            {
                RowCount = _rows,
                RejectedCount = rejected,
                RejectedPercent = CheckRun.Percent(rejected, _rows),
                EvaluatedChecks = checks.Count,
                SuccessfulChecks = checks.Count - bad,
                UnsuccessfulChecks = bad,
            },
        };
    }

    public void Dispose()
    {
        foreach (var check in _checks)
        {
            (check.Test as IDisposable)?.Dispose();
        }
    }

    /// <summary>What reader and standard found already; each of their rules becomes a check of the report.</summary>
    private void CountRules(RowBatch batch, Findings findings)
    {
        foreach (var finding in findings.All)
        {
            _broken.Add(finding.Row, finding.Check, isRejected: true);
            Rule(finding.Check).AddUnexpected(batch.Lines[finding.Row], finding.Reason);
        }

        foreach (var rule in _rules.Values)
        {
            rule.Elements += batch.Count;
        }
    }

    private CheckRun Rule(string name)
    {
        if (!_rules.TryGetValue(name, out var rule))
        {
            var expectation = new Expectation { Name = name, Type = "standard", Mostly = _suite.Mostly, Bind = _ => new object() };
            _rules.Add(name, rule = new CheckRun(expectation, _context) { Elements = _rows });
        }

        return rule;
    }

    private Span<Verdict> OpenRows(CheckRun check, RowBatch batch)
    {
        if (_verdicts.Length < batch.Count)
        {
            _verdicts = new Verdict[batch.Capacity];
        }

        var excuse = _broken.Mask(check.Expectation.Unless);
        for (var row = 0; row < batch.Count; row++)
        {
            _verdicts[row] = _broken.Has(row, excuse) || !check.Applies(batch, row) ? Verdict.Skipped : Verdict.Open;
        }

        return _verdicts.AsSpan(0, batch.Count);
    }

    private void Judge(CheckRun check, IRowTest test, RowBatch batch, Findings findings)
    {
        var verdicts = OpenRows(check, batch);
        test.Test(batch, verdicts);
        var columns = SourceNames(check.Columns);
        for (var row = 0; row < batch.Count; row++)
        {
            check.Elements += verdicts[row] is Verdict.Good or Verdict.Bad ? 1 : 0;
            if (verdicts[row] is not Verdict.Bad)
            {
                continue;
            }

            var reason = $"{string.Join(", ", columns)}: expected {test.Threshold}, found {test.Describe(batch, row)}";
            check.AddUnexpected(batch.Lines[row], reason);
            _broken.Add(row, check.Expectation.Name, isRejected: !check.Expectation.Warns);
            if (!check.Expectation.Warns)
            {
                findings.Add(row, check.Expectation.Name, columns, reason);
            }
        }
    }

    private IReadOnlyList<string> SourceNames(IReadOnlyList<string> columns) =>
        [.. columns.Select(column => _sourceNames.GetValueOrDefault(column, column))];
}
