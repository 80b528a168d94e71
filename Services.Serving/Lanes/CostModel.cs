namespace Skipper.Services.Serving.Lanes;

/// <summary>
/// What a batch costs: T(n) = fixed + row * n seconds, by least squares of relative errors with forgetting, so that it follows a machine
/// that becomes faster or slower. What was measured before the first call stays in with a small weight: where all batches have one size it
/// alone says how the time divides. Not safe for several threads.
/// </summary>
internal sealed class CostModel
{
    private const double Forgetting = 0.98;
    private const double PriorWeight = 2;
    private const double OutlierFactor = 5;
    private const double Quantile = 0.95;

    private const double Rounding = 1e-6;

    // Below this a clock and a scheduler decide, not the batch.
    private const double Shortest = 1e-7;

    private Sums _prior;
    private Sums _seen;
    private double _priorFixed;
    private double _priorRow;

    // Mean absolute relative error; what is far outside does not move the line, but widens this, so that a lasting change gets in.
    private double _spread = 0.1;

    /// <summary>Of any batch, seconds.</summary>
    public double Fixed { get; private set; }

    /// <summary>Of each row, seconds.</summary>
    public double Row { get; private set; }

    /// <summary>By which share of its expected cost 95 of 100 batches are not exceeded.</summary>
    public double Margin { get; private set; } = 0.2;

    /// <summary>Whether anything was measured.</summary>
    public bool IsKnown => Row > 0;

    /// <summary>Expected seconds of a batch; 0 while nothing is known.</summary>
    public double Seconds(int rows) => Fixed + (Row * rows);

    /// <summary>The same with the margin that 95 of 100 batches keep to.</summary>
    public double AtMost(int rows) => Seconds(rows) * (1 + Margin);

    /// <summary>Rows of a batch that takes at most so long, at least 1; rounded down to the engine's blocks of 64 where it is more.</summary>
    public int RowsWithin(double seconds, int most)
    {
        var rows = IsKnown ? (int)Math.Clamp(((seconds - Fixed) / Row) + Rounding, 1, most) : most;
        return rows > 64 ? rows - (rows % 64) : rows;
    }

    /// <summary>Begins with what was measured before the first call.</summary>
    public void Calibrate(ReadOnlySpan<(int Rows, double Seconds)> measured)
    {
        _prior = default;
        foreach (var (rows, seconds) in measured)
        {
            var time = Math.Max(seconds, Shortest);
            _prior = _prior.With(rows, time, PriorWeight / measured.Length / (time * time));
        }

        _seen = default;
        Solve();
        (_priorFixed, _priorRow) = (Fixed, Row);
    }

    /// <summary>Learns from a batch.</summary>
    public void Learn(int rows, double seconds)
    {
        var time = Math.Max(seconds, Shortest);
        var expected = IsKnown ? Math.Max(Seconds(rows), Shortest) : time;
        var error = (time - expected) / expected;
        var limit = OutlierFactor * Math.Max(_spread, 0.02);
        _spread += 0.02 * (Math.Min(Math.Abs(error), limit) - _spread);
        Margin = Math.Max(0, Margin + (0.1 * Math.Max(_spread, 0.01) * (error > Margin ? Quantile : Quantile - 1)));
        if (Math.Abs(error) <= limit)
        {
            _seen = _seen.Times(Forgetting).With(rows, time, 1 / (expected * expected));
            Solve();
        }
    }

    private void Solve()
    {
        // On a machine that is now slower it says how the time divides, not how long it is.
        var pace = _seen.Weight > 0 && _priorRow > 0 ? _seen.Time / ((_priorFixed * _seen.Weight) + (_priorRow * _seen.Rows)) : 1;
        var sums = _seen.Plus(_prior.At(pace));
        var determinant = (sums.Weight * sums.RowsRows) - (sums.Rows * sums.Rows);
        var slope = determinant > 1e-9 * sums.Weight * sums.RowsRows
            ? ((sums.Weight * sums.RowsTime) - (sums.Rows * sums.Time)) / determinant
            : sums.Time / sums.Rows;
        var start = (sums.Time - (slope * sums.Rows)) / sums.Weight;
        if (start < 0)
        {
            (start, slope) = (0, sums.RowsTime / sums.RowsRows);
        }
        else if (slope <= 0)
        {
            // More rows never cost less. A row costs something, or no number of them would be too many.
            slope = 1e-3 * sums.Time / sums.Rows;
            start = Math.Max(0, (sums.Time - (slope * sums.Rows)) / sums.Weight);
        }

        (Fixed, Row) = (start, slope);
    }

    /// <summary>Weighted sums of rows (n) and times (t) over batches.</summary>
    private readonly record struct Sums(double Weight, double Rows, double RowsRows, double Time, double RowsTime)
    {
        public Sums With(double rows, double time, double weight) => Plus(new Sums(
            weight, weight * rows, weight * rows * rows, weight * time, weight * rows * time));

        public Sums Plus(Sums other) => new(
            Weight + other.Weight, Rows + other.Rows, RowsRows + other.RowsRows, Time + other.Time, RowsTime + other.RowsTime);

        /// <summary>As if all times had been longer, with weights that go with their squares.</summary>
        public Sums At(double pace) => Times(1 / (pace * pace)) with { Time = Time / pace, RowsTime = RowsTime / pace };

        public Sums Times(double factor) => new(
            Weight * factor, Rows * factor, RowsRows * factor, Time * factor, RowsTime * factor);
    }
}
