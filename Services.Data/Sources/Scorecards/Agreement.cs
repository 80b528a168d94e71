namespace Skipper.Services.Data.Sources.Scorecards;

/// <summary>Differences of two series, added up as they come; means and products by Welford's recurrences.</summary>
internal sealed class Agreement(bool isAngle)
{
    private double _meanFirst;
    private double _meanSecond;
    private double _squaresFirst;
    private double _squaresSecond;
    private double _products;
    private double _absolute;
    private double _squared;
    private double _bias;

    public long Count { get; private set; }

    public double MeanAbsoluteError => _absolute / Count;

    public double RootMeanSquareError => Math.Sqrt(_squared / Count);

    public double Bias => _bias / Count;

    public double? Correlation => isAngle || _squaresFirst <= 0 || _squaresSecond <= 0
        ? null
        : _products / Math.Sqrt(_squaresFirst * _squaresSecond);

    /// <summary>The shorter way round, for angles in degrees.</summary>
    public static double Difference(double first, double second, bool isAngle) =>
        isAngle ? Math.IEEERemainder(first - second, 360) : first - second;

    public void Add(double first, double second)
    {
        var difference = Difference(first, second, isAngle);
        _absolute += Math.Abs(difference);
        _squared += difference * difference;
        _bias += difference;
        Count++;
        var fromFirst = first - _meanFirst;
        var fromSecond = second - _meanSecond;
        _meanFirst += fromFirst / Count;
        _meanSecond += fromSecond / Count;
        _squaresFirst += fromFirst * (first - _meanFirst);
        _squaresSecond += fromSecond * (second - _meanSecond);
        _products += fromFirst * (second - _meanSecond);
    }
}
