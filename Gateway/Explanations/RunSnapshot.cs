using Skipper.Gateway.RunsApi;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Gateway.Explanations;

/// <summary>Everything that an explanation is made of, at one moment.</summary>
internal sealed record RunSnapshot
{
    public required RunRow Run { get; init; }

    public required IReadOnlyList<StepRow> Steps { get; init; }

    /// <summary>Which steps a step needs, by their names in the definition; steps that are not here need none.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Needs { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>How the attempt before that of now ended, by step.</summary>
    public IReadOnlyDictionary<string, AttemptRow> Before { get; init; } = new Dictionary<string, AttemptRow>();

    /// <summary>How many due steps of all runs are before a queued step, by step.</summary>
    public IReadOnlyDictionary<string, int> Ahead { get; init; } = new Dictionary<string, int>();

    /// <summary>Which runs hold the slots of a concurrency key, a run for each slot, by key.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Guid>> Holders { get; init; } = new Dictionary<string, IReadOnlyList<Guid>>();

    /// <summary>The queues that could be asked about; null = there is no such queue.</summary>
    public IReadOnlyDictionary<string, QueueState?> Queues { get; init; } = new Dictionary<string, QueueState?>();

    /// <summary>Why the broker cannot be reached; absent = it can.</summary>
    public string? BrokerProblem { get; init; }

    /// <summary>How long a claim lasts without a heartbeat.</summary>
    public required TimeSpan Lease { get; init; }

    public required DateTimeOffset Now { get; init; }
}
