namespace Skipper.Services.Serving.Drift;

/// <summary>Predicted rows, counted in the bins of the training part.</summary>
internal sealed record DriftCounts
{
    public long Rows { get; set; }

    /// <summary>Rows that were left out.</summary>
    public long Skipped { get; set; }

    /// <summary>For each input the rows in each bin, missing values last.</summary>
    public required long[][] Features { get; init; }

    /// <summary>The same for each output.</summary>
    public required long[][] Predictions { get; init; }

    public static DriftCounts For(VersionReference reference) => new()
    {
        Features = [.. reference.Features.Select(column => new long[column.Counts.Length])],
        Predictions = [.. reference.Predictions.Select(column => new long[column.Counts.Length])],
    };

    public void Add(VersionReference reference, DriftRows rows)
    {
        Rows += rows.Count;
        Skipped += rows.Skipped;
        Add(Features, reference.Features, rows.Features, rows.Count);
        Add(Predictions, reference.Predictions, rows.Predictions, rows.Count);
    }

    public void Add(DriftCounts other)
    {
        Rows += other.Rows;
        Skipped += other.Skipped;
        Add(Features, other.Features);
        Add(Predictions, other.Predictions);
    }

    private static void Add(long[][] counts, IReadOnlyList<ColumnReference> columns, ReadOnlySpan<double> values, int rows)
    {
        var width = columns.Sum(column => column.Width);
        for (var row = 0; row < rows; row++)
        {
            var cells = values.Slice(row * width, width);
            for (var column = 0; column < counts.Length; column++)
            {
                counts[column][columns[column].BinOf(cells)]++;
            }
        }
    }

    private static void Add(long[][] counts, long[][] others)
    {
        for (var column = 0; column < counts.Length; column++)
        {
            for (var bin = 0; bin < counts[column].Length; bin++)
            {
                counts[column][bin] += others[column][bin];
            }
        }
    }
}
