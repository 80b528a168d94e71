namespace Skipper.Services.Data.Profiles;

/// <summary>
/// Count, mean, spread, sum and range of numbers seen one by one, by Welford's update (Technometrics 4, 1962), and of two lots put
/// together by that of Chan, Golub and LeVeque (1979): no sum of squares, so that a large offset costs no precision.
/// </summary>
internal struct Moments()
{
    private double _squares;
    private double _sum;
    private double _lost;

    public long Count { get; private set; }

    /// <summary>Their mean; NaN where there are none.</summary>
    public double Mean { get; private set; } = double.NaN;

    public double Minimum { get; private set; } = double.NaN;

    public double Maximum { get; private set; } = double.NaN;

    /// <summary>Their sum, with the rounding made good (Neumaier 1974); 0 where there are none.</summary>
    public readonly double Sum => _sum + _lost;

    /// <summary>
    /// Standard deviation: the squares divided by the count less <paramref name="ddof"/>; NaN where that is not more than 0.
    /// </summary>
    public readonly double StandardDeviation(int ddof = 1) =>
        Count > ddof ? Minimum == Maximum ? 0 : Math.Sqrt(_squares / (Count - ddof)) : double.NaN;

    /// <summary>Takes one number; NaN is a missing value and changes nothing.</summary>
    public void Add(double value)
    {
        if (double.IsNaN(value))
        {
            return;
        }

        if (++Count == 1)
        {
            Mean = Minimum = Maximum = value;
        }
        else
        {
            var distance = value - Mean;
            Mean += distance / Count;
            _squares += distance * (value - Mean);
            Minimum = Math.Min(Minimum, value);
            Maximum = Math.Max(Maximum, value);
        }

        AddToSum(value);
    }

    /// <summary>Takes all that another has seen.</summary>
    public void Merge(in Moments other)
    {
        if (other.Count == 0)
        {
            return;
        }

        if (Count == 0)
        {
            this = other;
            return;
        }

        var total = Count + other.Count;
        var distance = other.Mean - Mean;
        _squares += other._squares + (distance * distance * ((double)Count * other.Count / total));
        Mean += distance * other.Count / total;
        Count = total;
        Minimum = Math.Min(Minimum, other.Minimum);
        Maximum = Math.Max(Maximum, other.Maximum);
        AddToSum(other._sum);
        AddToSum(other._lost);
    }

    private void AddToSum(double value)
    {
        var sum = _sum + value;
        _lost += Math.Abs(_sum) >= Math.Abs(value) ? _sum - sum + value : value - sum + _sum;
        _sum = sum;
    }
}
