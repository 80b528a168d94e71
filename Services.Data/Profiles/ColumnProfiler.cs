using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Profiles;

/// <summary>Describes one column of the batches it is shown.</summary>
internal sealed class ColumnProfiler(ColumnSchema column, int index)
{
    private const int Bins = 24;
    private const double MicrosecondsPerSecond = 1e6;

    private static readonly double[] Shares = [0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1];

    private readonly QuantileSketch _sketch = new();
    private readonly CategoryCounts _categories = new();
    private Moments _moments = new();

    /// <param name="batch">The rows.</param>
    /// <param name="skipped">Rows that are not looked at; empty = all are.</param>
    public void Add(RowBatch batch, ReadOnlySpan<bool> skipped)
    {
        for (var row = 0; row < batch.Count; row++)
        {
            if (!skipped.IsEmpty && skipped[row])
            {
                continue;
            }

            switch (column.Kind)
            {
                case ColumnKind.Text:
                    _categories.Add(batch.Texts(index)[row]);
                    break;
                case ColumnKind.Timestamp:
                    var time = batch.Times(index)[row];
                    Add(time == RowBatch.NoTime ? double.NaN : time / MicrosecondsPerSecond);
                    break;
                default:
                    Add(batch.Numbers(index)[row]);
                    break;
            }
        }
    }

    public ColumnProfile Finish(long rows) => column.Kind is ColumnKind.Text
        ? Describe(rows, _categories.Count) with { Texts = DescribeTexts() }
        : Describe(rows, _moments.Count) with { Numbers = DescribeNumbers() };

    private void Add(double number)
    {
        _moments.Add(number);
        _sketch.Add(number);
    }

    private ColumnProfile Describe(long rows, long present) => new()
    {
        Name = column.Name,
        Type = ColumnTypes.NameOf(column.Kind),
        RowCount = rows,
        MissingCount = rows - present,
    };

    private CategoryProfile DescribeTexts() => new()
    {
        Distinct = _categories.Other == 0 ? _categories.Counts.Count : null,
        Categories = [.. _categories.Counts
            .Select(entry => new CategoryCount(entry.Key, entry.Value))
            .OrderByDescending(entry => entry.Count)
            .ThenBy(entry => entry.Text, StringComparer.Ordinal)],
        Other = _categories.Other,
    };

    private NumberProfile DescribeNumbers()
    {
        var values = _sketch.Values;
        var any = _moments.Count > 0;
        return new NumberProfile
        {
            Mean = Finite(_moments.Mean),
            StandardDeviation = Finite(_moments.StandardDeviation()),
            Minimum = Finite(_moments.Minimum),
            Maximum = Finite(_moments.Maximum),
            Quantiles = any ? [.. Shares.Select(share => new Quantile(share, QuantileOf(values, share)))] : [],
            Histogram = any ? DescribeHistogram(values) : [],
            Distribution = values,
        };
    }

    /// <summary>The ends are known exactly, whatever the sketch has dropped.</summary>
    private double QuantileOf(WeightedValues values, double share) => share switch
    {
        0 => _moments.Minimum,
        1 => _moments.Maximum,
        _ => values.Quantile(share),
    };

    private List<HistogramBin> DescribeHistogram(WeightedValues values)
    {
        var (from, to) = (_moments.Minimum, _moments.Maximum);
        if (from == to)
        {
            return [new HistogramBin(from, to, _moments.Count)];
        }

        List<HistogramBin> bins = [];
        var counted = 0L;
        for (var bin = 1; bin <= Bins; bin++)
        {
            // Not to * bin / Bins - ...: the distance of the ends may be more than a double holds.
            var share = (double)bin / Bins;
            var edge = bin == Bins ? to : (from * (1 - share)) + (to * share);
            var upTo = values.CountUpTo(edge);
            bins.Add(new HistogramBin(bins.Count == 0 ? from : bins[^1].To, edge, upTo - counted));
            counted = upTo;
        }

        return bins;
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
