namespace Skipper.Shared.Messaging.Contracts;

/// <summary>
/// Tells the registry which versions of a model somebody needs, so that none of them is deleted; replaces what the same holder said before,
/// unless that was said later. Refused where one of the versions does not exist.
/// </summary>
[TaskType("hold_model_versions", Queues.Models, Idempotent = true)]
public sealed record HoldModelVersions : IRequest<ModelHold>
{
    /// <summary>Which versions who needs.</summary>
    public required ModelHold Data { get; init; }
}

/// <summary>Versions that are not deleted because somebody needs them.</summary>
public sealed record ModelHold
{
    /// <summary>Model name.</summary>
    public required string Name { get; init; }

    /// <summary>Who needs them, such as <c>rollout</c>.</summary>
    public required string Holder { get; init; }

    /// <summary>Rises with each change: what was said with a smaller number does not replace this.</summary>
    public required int Number { get; init; }

    /// <summary>Version numbers; empty = none is needed any more.</summary>
    public required IReadOnlyList<int> Versions { get; init; }
}
