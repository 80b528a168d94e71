using System.Globalization;

namespace Skipper.Gateway.Runs;

/// <summary>One attempt at one step of a run; on the wire the correlation id <c>{run}:{step}:{attempt}</c>.</summary>
internal readonly record struct AttemptId(Guid RunId, string Step, int Attempt)
{
    /// <summary>The step of a run whose task type has no workflow of its own.</summary>
    public const string SingleStep = "task";

    public static bool TryParse(string? text, out AttemptId id)
    {
        id = default;
        var parts = text?.Split(':');
        if (parts is not [var run, { Length: > 0 } step, var attempt]
            || !Guid.TryParseExact(run, "D", out var runId)
            || !int.TryParse(attempt, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        id = new AttemptId(runId, step, number);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{RunId:D}:{Step}:{Attempt}");
}
