using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Data.Datasets;

/// <summary>Mean and spread of numbers that come one after the other, by Welford's method, which does not lose digits.</summary>
internal sealed class Moments
{
    private long _count;
    private double _mean;
    private double _squares;
    private double _minimum = double.PositiveInfinity;
    private double _maximum = double.NegativeInfinity;

    /// <summary>Adds values; missing ones do not count.</summary>
    public void Add(ReadOnlySpan<double> values)
    {
        foreach (var value in values)
        {
            if (double.IsNaN(value))
            {
                continue;
            }

            _count++;
            var distance = value - _mean;
            _mean += distance / _count;
            _squares += distance * (value - _mean);
            _minimum = Math.Min(_minimum, value);
            _maximum = Math.Max(_maximum, value);
        }
    }

    public ColumnStatistics Describe(DatasetColumn column, int rows) => new()
    {
        Type = column.Type,
        MissingShare = rows == 0 ? 0 : (double)column.MissingCount / rows,
        Mean = Known(_mean, 1),
        StandardDeviation = Known(Math.Sqrt(_squares / (_count - 1)), 2),
        Minimum = Known(_minimum, 1),
        Maximum = Known(_maximum, 1),
    };

    /// <summary>JSON has no infinity: a spread that is beyond a double is not known.</summary>
    private double? Known(double value, int needed) => _count >= needed && double.IsFinite(value) ? value : null;
}
