namespace Skipper.Gateway.Schedules;

/// <summary>What a schedule does with times that nobody could start at.</summary>
internal static class MisfirePolicy
{
    /// <summary>One run, for the newest of them.</summary>
    public const string RunOnce = "run_once";

    /// <summary>None.</summary>
    public const string Skip = "skip";

    /// <summary>A run for each of the newest <see cref="DueSlots.MostMissed"/>.</summary>
    public const string RunAll = "run_all";

    public static readonly string[] All = [RunOnce, Skip, RunAll];
}

/// <summary>What a schedule does at a time while a run of it is unfinished.</summary>
internal static class OverlapPolicy
{
    /// <summary>Nothing: the time is left out.</summary>
    public const string Skip = "skip";

    /// <summary>Starts another.</summary>
    public const string Allow = "allow";

    public static readonly string[] All = [Skip, Allow];
}
