using System.Text.Json;
using Npgsql;

namespace Skipper.Mesh.Tests.Soak.Suite;

/// <summary>
/// Compares what the gateways stored with what clients were told and with what workers executed. Each step's output carries the effect of
/// its own execution and that of the step before, so a second application anywhere shows.
/// </summary>
internal sealed class SoakAudit
{
    private static readonly string[] Steps = ["first", "second", "third"];

    private readonly List<string> _doubled = [];
    private readonly List<string> _lost = [];
    private readonly List<string> _wrong = [];
    private readonly HashSet<string> _effects = [];

    public static async Task<SoakResult> ReadAsync(
        NpgsqlDataSource database, SoakClients clients, SoakMesh mesh, CancellationToken cancellationToken)
    {
        var runs = await StoredRun.ReadAsync(database, cancellationToken);
        var attempts = await database.ReadAsync(
            "SELECT outcome, count(*)::integer FROM gateway.attempts GROUP BY outcome",
            row => KeyValuePair.Create(row.GetString(0), row.GetInt32(1)),
            cancellationToken);
        var executed = mesh.Executed.ToHashSet();

        var audit = new SoakAudit();
        audit.CompareKeys(clients, runs);
        foreach (var run in runs)
        {
            audit.CheckEvents(run);
            audit.CheckEffects(run, executed);
        }

        return new SoakResult
        {
            Accepted = clients.Accepted.Count,
            Unanswered = clients.Unanswered,
            States = runs.CountBy(run => run.State).ToDictionary(),
            Attempts = attempts.ToDictionary(),
            Executions = executed.Count,
            StaleResults = mesh.StaleResults,
            Effects = audit._effects.Count,
            Doubled = audit._doubled,
            Lost = audit._lost,
            Wrong = audit._wrong,
        };
    }

    private void CompareKeys(SoakClients clients, IReadOnlyList<StoredRun> runs)
    {
        _doubled.AddRange(clients.Contradicted.Select(key => $"{key} was told of two runs"));
        var byKey = runs.ToLookup(run => run.Key);
        _doubled.AddRange(byKey.Where(key => key.Count() > 1).Select(key => $"{key.Key} has {key.Count()} runs"));
        _wrong.AddRange(byKey.Where(key => !clients.Accepted.ContainsKey(key.Key)).Select(key => $"{key.Key} was never sent"));
        _lost.AddRange(clients.Accepted
            .Where(accepted => byKey[accepted.Key].All(run => run.Id != accepted.Value))
            .Select(accepted => $"{accepted.Key} was told of run {accepted.Value}, which is not there"));
    }

    private void CheckEvents(StoredRun run)
    {
        var ends = run.Events.Count(happened => happened.Type is "run.succeeded" or "run.failed" or "run.timed_out" or "run.cancelled");
        Expect(run, ends, "ends");
        foreach (var step in Steps)
        {
            Expect(run, run.Events.Count(happened => happened == new StoredEvent("step.succeeded", step)), $"successes of {step}");
        }

        if (!run.Sequence.SequenceEqual(Enumerable.Range(1, run.Revision).Select(seq => (long)seq)))
        {
            _wrong.Add($"run {run.Id} of revision {run.Revision} has the events {string.Join(' ', run.Sequence)}");
        }
    }

    private void Expect(StoredRun run, int count, string what)
    {
        if (count != 1)
        {
            (count == 0 ? _lost : _doubled).Add($"run {run.Id} ({run.State}) has {count} {what}");
        }
    }

    private void CheckEffects(StoredRun run, HashSet<string> executed)
    {
        var before = "";
        foreach (var step in Steps)
        {
            if (run.Outputs.GetValueOrDefault(step) is not { } output)
            {
                _lost.Add($"run {run.Id} ({run.State}) has no effect of {step}");
                return;
            }

            var effect = JsonSerializer.Deserialize<StoredEffect>(output, JsonSerializerOptions.Web)!;
            if (!_effects.Add(effect.Effect))
            {
                _doubled.Add($"effect {effect.Effect} is there twice, now of {step} of run {run.Id}");
            }

            if (effect.Key != run.Key || effect.After != before || !executed.Contains(effect.Effect))
            {
                _wrong.Add($"run {run.Id} of {run.Key} has {output} of {step} after {before}");
            }

            before = effect.Effect;
        }

        if (run.Output is null || !run.Output.Contains(before, StringComparison.Ordinal))
        {
            _wrong.Add($"run {run.Id} ended with {run.Output}, not with the effect {before}");
        }
    }

    private sealed record StoredEffect(string Key, string After, string Effect);
}
