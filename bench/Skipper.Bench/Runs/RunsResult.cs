namespace Skipper.Bench.Runs;

/// <summary>What became of a number of runs.</summary>
/// <param name="AcceptedPerSecond">Until the last was accepted.</param>
/// <param name="CompletedPerSecond">Until the last had its result.</param>
/// <param name="MedianMilliseconds">From being sent to having its result.</param>
/// <param name="P99Milliseconds">Likewise, of the slowest in a hundred.</param>
internal readonly record struct RunsResult(
    double AcceptedPerSecond, double CompletedPerSecond, double MedianMilliseconds, double P99Milliseconds);
