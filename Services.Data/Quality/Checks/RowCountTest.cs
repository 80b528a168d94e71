using System.Globalization;
using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Quality.Checks;

/// <summary>How many rows are accepted, by bounds and in comparison with the version before.</summary>
internal sealed class RowCountTest(RunContext context, long? min, long? max, double? maxChangePercent) : ITableTest
{
    private long _count;

    public IReadOnlyList<string> Columns => [];

    public string Threshold => string.Join(" and ", new[]
    {
        min is null ? null : $"at least {min}",
        max is null ? null : $"at most {max}",
        maxChangePercent is { } percent ? $"within {Quality.Columns.Show(percent)} % of the version before" : null,
    }.Where(part => part is not null));

    public void Observe(RowBatch batch, ReadOnlySpan<bool> rejected) => _count += rejected[..batch.Count].Count(false);

    public TableResult Finish()
    {
        var observed = $"{_count} rows";
        var passed = !(_count < min) && !(_count > max);
        if (maxChangePercent is { } most && context.PreviousRowCount is { } before and > 0)
        {
            var change = 100.0 * (_count - before) / before;
            observed += string.Create(CultureInfo.InvariantCulture, $", {change:+0.##;-0.##;0} % against {before} before");
            passed &= Math.Abs(change) <= most;
        }

        return new TableResult(passed, observed, _count);
    }
}
