namespace Skipper.Services.Data.Tables;

/// <summary>One thing that is wrong with one row.</summary>
/// <param name="Row">Index in its batch.</param>
/// <param name="Check">Which rule says so.</param>
/// <param name="Columns">Which columns it is about; none where it is the row as a whole.</param>
/// <param name="Reason">What was expected and what was found.</param>
internal readonly record struct Finding(int Row, string Check, IReadOnlyList<string> Columns, string Reason);

/// <summary>Everything found wrong with the rows of one batch: all of it, not the first. A row with a finding goes to quarantine.</summary>
internal sealed class Findings
{
    private readonly List<Finding> _all = [];

    public IReadOnlyList<Finding> All => _all;

    public void Add(int row, string check, IReadOnlyList<string> columns, string reason) =>
        _all.Add(new Finding(row, check, columns, reason));

    public void Clear() => _all.Clear();
}

/// <summary>Looks at every row once, batch by batch, in order; what needs all rows is known at the end.</summary>
internal interface IRowCheck
{
    void Check(RowBatch batch, Findings findings);
}
