using Skipper.Services.Data.Standards;

namespace Skipper.Services.Data.Quality.Checks;

/// <summary>How a value is told that was given in another unit than it says.</summary>
internal sealed record UnitTestOptions
{
    public required string Column { get; init; }

    /// <summary>The unit of the column.</summary>
    public required Unit Unit { get; init; }

    /// <summary>The column that says in which unit the value was given; null = in that of the column.</summary>
    public string? GivenIn { get; init; }

    /// <summary>The units that it may have been given in.</summary>
    public required IReadOnlyList<Unit> Units { get; init; }

    public required string Time { get; init; }

    /// <summary>Rows are compared within a group, such as a station.</summary>
    public IReadOnlyList<string> By { get; init; } = [];

    public required TimeSpan Window { get; init; }

    public required int AtLeast { get; init; }

    public required double DiffersBy { get; init; }

    public required double CloseTo { get; init; }

    public IReadOnlyList<string> ReferenceUnless { get; init; } = [];

    public string Threshold => $"no value that is more than {DiffersBy} {Unit.Code} from the median within {Window} but within {CloseTo} "
        + $"of it when read as {string.Join(" or ", Units.Select(unit => unit.Code))}";

    public string Reason(double written, Unit given, Unit other, double median) =>
        $"{Column}: {Math.Round(written, 6)} {given.Code} is far from the median {Math.Round(median, 3)} {Unit.Code} around it; "
        + $"is it {other.Code}?";
}

/// <summary>A value that waits for its neighbors.</summary>
internal readonly record struct TimedValue(
    long Time, double Value, long Line, string? GivenIn, bool IsJudged, bool IsReference, bool WasRejected) : IComparable<TimedValue>
{
    public int CompareTo(TimedValue other) => Time.CompareTo(other.Time) is not 0 and var order ? order : Line.CompareTo(other.Line);
}
