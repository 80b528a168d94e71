using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Quality;

/// <summary>Checks that know about a row only when others have come.</summary>
internal sealed partial class SuiteRun
{
    private void Observe(CheckRun check, ILateTest test, RowBatch batch)
    {
        var verdicts = OpenRows(check, batch);
        if (_references.Length < batch.Count)
        {
            _references = new bool[batch.Capacity];
        }

        var excuse = _broken.Mask(test.ReferenceUnless);
        for (var row = 0; row < batch.Count; row++)
        {
            _references[row] = !_broken.Has(row, excuse);
        }

        test.Observe(batch, verdicts, _references, _broken.Rejected(batch.Count));
        TakeLate(check, test);
    }

    private void TakeLate(CheckRun check, ILateTest test)
    {
        var (judged, findings) = test.Take();
        check.Elements += judged;
        foreach (var finding in findings)
        {
            check.AddUnexpected(finding.Line, finding.Reason);
            if (!check.Expectation.Warns)
            {
                _lateRejected += !finding.WasRejected && _lateLines.Add(finding.Line) ? 1 : 0;
                _late.Add(finding with { Check = check.Expectation.Name, Columns = SourceNames(check.Columns) });
            }
        }
    }
}
