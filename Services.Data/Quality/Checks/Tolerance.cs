namespace Skipper.Services.Data.Quality.Checks;

/// <summary>How far two numbers may be apart and still agree.</summary>
/// <param name="Within">In the unit of the numbers.</param>
/// <param name="WithinPercent">Of the first number; what allows more counts.</param>
/// <param name="WrapsAt">Where numbers begin anew, such as 360 for degrees: 359 and 1 are 2 apart.</param>
internal sealed record Tolerance(double? Within, double? WithinPercent, double? WrapsAt)
{
    public bool Agree(double first, double second) => Distance(first, second) <= Allowed(first);

    public double Distance(double first, double second)
    {
        var distance = Math.Abs(first - second);
        if (WrapsAt is not { } turn)
        {
            return distance;
        }

        distance %= turn;
        return Math.Min(distance, turn - distance);
    }

    public override string ToString() => string.Join(" or ", new[]
    {
        Within is { } within ? Columns.Show(within) : null,
        WithinPercent is { } percent ? $"{Columns.Show(percent)} %" : null,
    }.Where(part => part is not null));

    private double Allowed(double first) => Math.Max(Within ?? 0, Math.Abs(first) * (WithinPercent ?? 0) / 100);
}
