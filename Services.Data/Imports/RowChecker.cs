using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Imports;

/// <summary>Runs checks over batches and rejects the rows with findings, each with all of its reasons.</summary>
internal sealed class RowChecker(IReadOnlyList<IRowCheck> checks, TableSchema schema, RejectedRows rejected)
{
    private readonly Findings _findings = new();
    private bool[] _dropped = [];

    /// <summary>Leaves the rows without findings in the batch.</summary>
    public async ValueTask CheckAsync(RowBatch batch, CancellationToken cancellationToken)
    {
        if (checks.Count == 0)
        {
            return;
        }

        _findings.Clear();
        foreach (var check in checks)
        {
            check.Check(batch, _findings);
        }

        if (_findings.All.Count == 0)
        {
            return;
        }

        if (_dropped.Length < batch.Capacity)
        {
            _dropped = new bool[batch.Capacity];
        }

        Array.Clear(_dropped);
        foreach (var row in _findings.All.GroupBy(finding => finding.Row).OrderBy(row => row.Key))
        {
            _dropped[row.Key] = true;
            await rejected.AddAsync(
                batch.Lines[row.Key],
                string.Join("; ", row.Select(finding => finding.Reason)),
                [.. schema.Columns.Select((_, column) => CellFormat.Text(batch, column, row.Key))],
                cancellationToken);
        }

        batch.Remove(_dropped);
    }
}
