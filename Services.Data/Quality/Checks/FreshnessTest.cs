using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Quality.Checks;

/// <summary>How old the newest time of a column is.</summary>
internal sealed class FreshnessTest(RunContext context, string column, TimeSpan maxAge) : ITableTest
{
    private readonly int _column = context.Schema.Require(column, ColumnKind.Timestamp);
    private long _newest = RowBatch.NoTime;
    private long _count;

    public IReadOnlyList<string> Columns { get; } = [column];

    public string Threshold => $"newest at most {maxAge} old";

    public void Observe(RowBatch batch, ReadOnlySpan<bool> rejected)
    {
        var times = batch.Times(_column);
        for (var row = 0; row < batch.Count; row++)
        {
            if (!rejected[row] && times[row] != RowBatch.NoTime)
            {
                _newest = Math.Max(_newest, times[row]);
                _count++;
            }
        }
    }

    public TableResult Finish()
    {
        if (_newest == RowBatch.NoTime)
        {
            return new TableResult(false, "no time at all");
        }

        var age = context.Time.GetUtcNow() - DateTimeOffset.UnixEpoch.AddTicks(_newest * TimeSpan.TicksPerMicrosecond);
        return new TableResult(age <= maxAge, $"newest {Quality.Columns.ShowTime(_newest)}, {age} old", _count);
    }
}
