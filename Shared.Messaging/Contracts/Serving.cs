namespace Skipper.Shared.Messaging.Contracts;

/// <summary>Asks one serving worker which versions it serves, and why others not.</summary>
[TaskType("served_models", Queues.Serving, Idempotent = true)]
public sealed record ListServedModels : IRequest<ServedModelList>
{
    /// <summary>Which models; absent = all.</summary>
    public ServedModelFilter? Data { get; init; }
}

/// <summary>Which models to tell of.</summary>
public sealed record ServedModelFilter
{
    /// <summary>Model name, optionally with <c>@version</c> or <c>@alias</c>; absent = all.</summary>
    public string? Model { get; init; }

    /// <summary>Whether only those that answer now are told. Default: no.</summary>
    public bool Ready { get; init; }
}

/// <summary>The versions that a worker knows.</summary>
public sealed record ServedModelList
{
    /// <summary>The worker that answers; others may have loaded others.</summary>
    public required string Worker { get; init; }

    /// <summary>Ordered by name and version.</summary>
    public required IReadOnlyList<ServedModelStatus> Models { get; init; }

    /// <summary>How much memory the loaded versions take, estimated. Bytes.</summary>
    public long UsedBytes { get; init; }

    /// <summary>How much they may take. Bytes.</summary>
    public long BudgetBytes { get; init; }
}

/// <summary>A version and whether it answers.</summary>
public sealed record ServedModelStatus
{
    /// <summary>Model name.</summary>
    public required string Name { get; init; }

    /// <summary>Version number.</summary>
    public required int Version { get; init; }

    /// <summary>
    /// <c>READY</c>, <c>LOADING</c>, or <c>UNAVAILABLE</c>: not in memory, or loaded and failed, or unloaded by request; see <see cref="Reason"/>.
    /// </summary>
    public required string State { get; init; }

    /// <summary>Why it is not ready, or why a newer file of it is not; absent = nothing to say.</summary>
    public string? Reason { get; init; }

    /// <summary>Engine that scores it; absent = not known here.</summary>
    public string? Engine { get; init; }

    /// <summary>Whether it answers requests that name no version.</summary>
    public bool Current { get; init; }

    /// <summary>Whether it was unloaded by request, so that nobody misses it.</summary>
    public bool Unloaded { get; init; }

    /// <summary>The aliases that point at it.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>How much memory it takes, estimated; absent = not loaded. Bytes.</summary>
    public long? Bytes { get; init; }

    /// <summary>When it was loaded, UTC; absent = not loaded.</summary>
    public DateTimeOffset? LoadedAt { get; init; }
}

/// <summary>
/// Loads a version on all serving workers, also one that was unloaded by request; answered when the worker that got the message has it ready.
/// </summary>
[TaskType("load_model", Queues.Serving, Idempotent = true)]
public sealed record LoadModel : IRequest<ServedModelStatus>
{
    /// <summary>Which version.</summary>
    public required ServedModelName Data { get; init; }
}

/// <summary>
/// Unloads a version, or all versions of a model, from all serving workers: predictions with them are refused until they are loaded
/// by request. Those under way are answered before the memory is freed.
/// </summary>
[TaskType("unload_model", Queues.Serving, Idempotent = true)]
public sealed record UnloadModel : IRequest<ServedModelList>
{
    /// <summary>Which version; without one, all versions, future ones included.</summary>
    public required ServedModelName Data { get; init; }
}

/// <summary>A model to load or unload.</summary>
public sealed record ServedModelName
{
    /// <summary>Model name, optionally with <c>@version</c> or <c>@alias</c>; alone it is the newest to load, or all to unload.</summary>
    public required string Model { get; init; }
}

/// <summary>A version was loaded by request.</summary>
public sealed record ModelLoaded
{
    /// <summary>The version, complete.</summary>
    public required ModelVersion Model { get; init; }
}

/// <summary>A version, or a whole model, was unloaded by request.</summary>
public sealed record ModelUnloaded
{
    /// <summary>Model name.</summary>
    public required string Name { get; init; }

    /// <summary>Version number; absent = all versions.</summary>
    public int? Version { get; init; }
}
