using Skipper.Shared.Declarations;

namespace Skipper.Gateway.Workflows;

internal sealed partial class WorkflowReader
{
    public const int MaxItems = 1000;

    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromSeconds(0.1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    private static readonly string[] StepMembers =
    [
        "task", "queue", "needs", "needs_rule", "when", "foreach", "max_parallel", "with", "payload", "reply", "retry", "timeout",
        "priority", "concurrency",
    ];

    private static readonly Dictionary<string, NeedsRule> Rules = new(StringComparer.Ordinal)
    {
        ["all_success"] = NeedsRule.AllSuccess,
        ["all_done"] = NeedsRule.AllDone,
        ["one_success"] = NeedsRule.OneSuccess,
    };

    public static string NameOf(NeedsRule rule) => Rules.First(pair => pair.Value == rule).Key;

    private Defaults StepDefaults(Dictionary<string, SourceNode> members)
    {
        if (!members.TryGetValue("defaults", out var node))
        {
            return new Defaults(null, null, null);
        }

        var defaults = _source.Members(node, "defaults", ["retry", "timeout"]);
        var (maxAttempts, delay) = Retry(defaults);
        return new Defaults(maxAttempts, delay, _source.Duration(defaults, "timeout", ShortestTimeout, Longest));
    }

    private List<WorkflowStep> Steps(Dictionary<string, SourceNode> members, string list, Defaults defaults)
    {
        if (!members.TryGetValue(list, out var node))
        {
            return [];
        }

        var steps = _source.Members(node, list, known: null);
        if (steps.Count > MaxSteps || (list == "steps" && node is SourceMap && steps.Count == 0))
        {
            _source.Add(node, $"A workflow has 1 to {MaxSteps} steps, this one has {steps.Count} in {list}.");
        }

        foreach (var member in node is SourceMap map ? map.Members : [])
        {
            _checks.AddStep(member, list);
            if (!NamePattern().IsMatch(member.Name))
            {
                _source.Add(member.Line, member.Column, $"The name of a step must match {NamePattern()}, was '{member.Name}'.");
            }
        }

        return [.. steps.Take(MaxSteps).Select(step => Step(step.Key, step.Value, list == "on_failure", defaults))];
    }

    private WorkflowStep Step(string name, SourceNode node, bool isOnFailure, Defaults defaults)
    {
        var members = _source.Members(node, $"Step '{name}'", StepMembers);
        var place = new ReferencePlace(name, members.ContainsKey("foreach"), isOnFailure);
        var (task, queue, routeTimeout) = Route(name, node, members);
        var (maxAttempts, delay) = Retry(members);
        var (key, limit) = Concurrency(members, place);
        if (members.TryGetValue("max_parallel", out var maxParallel) && !place.HasItem)
        {
            _source.Add(maxParallel, "max_parallel goes with foreach, which is missing.");
        }

        return new WorkflowStep
        {
            Name = name,
            Task = task,
            Queue = queue,
            Needs = Needs(name, members),
            Rule = Rule(members),
            When = When(members, place with { HasItem = false }),
            Foreach = Foreach(members, place with { HasItem = false }),
            MaxParallel = _source.Whole(members, "max_parallel", 1, MaxItems),
            With = members.TryGetValue("with", out var with) ? Template(with, place) : null,
            Payload = members.TryGetValue("payload", out var payload) ? Template(payload, place) : null,
            Reply = _source.Text(members, "reply"),
            MaxAttempts = maxAttempts ?? defaults.MaxAttempts,
            RetryDelay = delay ?? defaults.RetryDelay,
            Timeout = _source.Duration(members, "timeout", ShortestTimeout, Longest) ?? defaults.Timeout ?? routeTimeout,
            Priority = _source.Whole(members, "priority", 0, 9),
            ConcurrencyKey = key,
            ConcurrencyLimit = limit,
        };
    }

    private (string Task, string Queue, TimeSpan? Timeout) Route(string name, SourceNode node, Dictionary<string, SourceNode> members)
    {
        var (task, queue) = (_source.Text(members, "task"), _source.Text(members, "queue"));
        if (node is SourceMap && !members.ContainsKey("task"))
        {
            _source.Add(node, $"Step '{name}' has no 'task'.");
        }

        if (task is null || members.ContainsKey("queue"))
        {
            return (task ?? "", queue ?? "", null);
        }

        if (_tasks.Types.TryGetValue(task, out var route))
        {
            return (task, route.Queue, route.Timeout);
        }

        var known = _tasks.Types.Keys.Order(StringComparer.Ordinal).ToList();
        _source.Add(
            members["task"],
            $"Unknown task '{task}'; known are {string.Join(", ", known)}; any other needs a 'queue'.{Nearest.Suggest(task, known)}");
        return (task, "", null);
    }

    private readonly record struct Defaults(int? MaxAttempts, TimeSpan? RetryDelay, TimeSpan? Timeout);
}
