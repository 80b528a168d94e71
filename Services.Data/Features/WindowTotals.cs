using Skipper.Services.Data.Profiles;
using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Features;

/// <summary>What is remembered of the rows in one stretch of time: enough to compute every column, and to put stretches together.</summary>
internal sealed class WindowTotals
{
    private const int SketchCapacity = 512;
    private const double DegreesPerTurn = 360;

    private readonly IReadOnlyList<WindowColumn> _columns;
    private readonly Moments[] _moments;
    private readonly QuantileSketch?[] _sketches;
    private readonly Direction[] _directions;
    private long _rows;

    public WindowTotals(IReadOnlyList<WindowColumn> columns)
    {
        _columns = columns;
        _moments = new Moments[columns.Count];
        Array.Fill(_moments, new Moments());
        _sketches = [.. columns.Select(column =>
            column.Function is WindowFunction.Quantile ? new QuantileSketch(SketchCapacity) : null)];
        _directions = new Direction[columns.Count];
    }

    /// <summary>Takes a row; missing values are in no number but that of rows.</summary>
    public void Add(RowBatch batch, int row)
    {
        _rows++;
        for (var i = 0; i < _columns.Count; i++)
        {
            var column = _columns[i];
            if (column.Column < 0)
            {
                continue;
            }

            var value = batch.Numbers(column.Column)[row];
            if (_sketches[i] is { } sketch)
            {
                sketch.Add(value);
            }
            else if (column.Function is WindowFunction.CircularMean or WindowFunction.Steadiness)
            {
                _directions[i].Add(value, column.Weight < 0 ? 1 : batch.Numbers(column.Weight)[row]);
            }
            else
            {
                _moments[i].Add(value);
            }
        }
    }

    public void Merge(WindowTotals other)
    {
        _rows += other._rows;
        for (var i = 0; i < _columns.Count; i++)
        {
            _moments[i].Merge(other._moments[i]);
            _sketches[i]?.Merge(other._sketches[i]!);
            _directions[i].Merge(other._directions[i]);
        }
    }

    /// <summary>The number of a column; NaN = missing.</summary>
    public double Result(int i) => _columns[i].Function switch
    {
        WindowFunction.Rows => _rows,
        WindowFunction.Count => _moments[i].Count,
        WindowFunction.Sum => _moments[i].Sum,
        WindowFunction.Mean => _moments[i].Mean,
        WindowFunction.Min => _moments[i].Minimum,
        WindowFunction.Max => _moments[i].Maximum,
        WindowFunction.Std => _moments[i].StandardDeviation(),
        WindowFunction.Quantile => _sketches[i]!.Values.Quantile(_columns[i].Share),
        WindowFunction.CircularMean => _directions[i].Mean,
        _ => _directions[i].Steadiness,
    };

    /// <summary>The sum of unit vectors, each as long as its weight.</summary>
    private struct Direction
    {
        /// <summary>Below this length the rest of a sum is rounding: directions that cancel have no mean.</summary>
        private const double Nothing = 1e-12;

        private double _x;
        private double _y;
        private double _weight;

        public readonly double Steadiness => _weight > 0 ? Math.Min(1, double.Hypot(_x, _y) / _weight) : double.NaN;

        public readonly double Mean
        {
            get
            {
                if (!(Steadiness > Nothing))
                {
                    return double.NaN;
                }

                // A tiny negative angle plus a turn is rounded to the turn itself, which is 0.
                var degrees = double.RadiansToDegrees(Math.Atan2(_y, _x));
                return degrees < 0 ? (degrees + DegreesPerTurn) % DegreesPerTurn : degrees;
            }
        }

        public void Add(double degrees, double weight)
        {
            if (double.IsNaN(degrees) || !(weight > 0))
            {
                return;
            }

            var (sine, cosine) = Math.SinCos(double.DegreesToRadians(degrees % DegreesPerTurn));
            _x += weight * cosine;
            _y += weight * sine;
            _weight += weight;
        }

        public void Merge(in Direction other)
        {
            _x += other._x;
            _y += other._y;
            _weight += other._weight;
        }
    }
}
