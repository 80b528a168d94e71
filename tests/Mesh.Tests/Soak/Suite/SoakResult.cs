namespace Skipper.Mesh.Tests.Soak.Suite;

/// <summary>What became of the runs of a soak.</summary>
internal sealed record SoakResult
{
    /// <summary>Keys that clients were told a run for.</summary>
    public required int Accepted { get; init; }

    /// <summary>Requests that had no answer, or one that asked to come again.</summary>
    public required int Unanswered { get; init; }

    /// <summary>Runs by state.</summary>
    public required IReadOnlyDictionary<string, int> States { get; init; }

    /// <summary>Attempts that were followed by another, by what became of them.</summary>
    public required IReadOnlyDictionary<string, int> Attempts { get; init; }

    /// <summary>Handlers that were begun: at least one for each step, more where something was killed.</summary>
    public required int Executions { get; init; }

    /// <summary>Results that the gateways refused because another attempt had counted or the claim was gone.</summary>
    public required int StaleResults { get; init; }

    /// <summary>Steps whose effect is recorded.</summary>
    public required int Effects { get; init; }

    /// <summary>What is there twice: runs of a key, ends of a run, successes of a step, effects. Must be empty.</summary>
    public required IReadOnlyList<string> Doubled { get; init; }

    /// <summary>What is missing: runs of keys, ends of runs, effects of steps. Must be empty.</summary>
    public required IReadOnlyList<string> Lost { get; init; }

    /// <summary>What contradicts itself: effects of another run or that nobody executed, events out of order. Must be empty.</summary>
    public required IReadOnlyList<string> Wrong { get; init; }

    /// <summary>How often each was killed.</summary>
    public IReadOnlyDictionary<string, int> Kills { get; init; } = new Dictionary<string, int>();

    /// <summary>From the first request to the end of the last run.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>What must be empty.</summary>
    public IReadOnlyList<string> Violations => [.. Doubled, .. Lost, .. Wrong];

    /// <summary>For the message of a failed test.</summary>
    public override string ToString() => string.Join('\n', Rows().Select(row => $"{row.What}: {row.Value}").Concat(Violations.Take(20)));

    /// <summary>What to print.</summary>
    public IEnumerable<(string What, string Value)> Rows()
    {
        foreach (var (target, count) in Kills.OrderBy(kill => kill.Key, StringComparer.Ordinal))
        {
            yield return ($"kills of {target}", $"{count}");
        }

        yield return ("requests accepted", $"{Accepted}");
        yield return ("requests sent again, because nobody answered", $"{Unanswered}");
        foreach (var (state, count) in States.OrderBy(state => state.Key, StringComparer.Ordinal))
        {
            yield return ($"runs {state}", $"{count}");
        }

        foreach (var (outcome, count) in Attempts.OrderBy(outcome => outcome.Key, StringComparer.Ordinal))
        {
            yield return ($"attempts {outcome}", $"{count}");
        }

        yield return ("executions of steps", $"{Executions}");
        yield return ("stale results, refused", $"{StaleResults}");
        yield return ("effects recorded", $"{Effects}");
        yield return ("doubled", $"{Doubled.Count}");
        yield return ("lost", $"{Lost.Count}");
        yield return ("wrong", $"{Wrong.Count}");
        yield return ("time", $"{Elapsed.TotalSeconds:0} s");
    }
}
