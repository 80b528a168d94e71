using Skipper.Gateway.Idempotency;

namespace Skipper.Gateway.Runs;

/// <summary>Starts runs: for everything that does so without being a task of the original engine.</summary>
internal interface IRunLauncher
{
    /// <summary>Accepts a run. It is durable when this returns.</summary>
    /// <exception cref="Skipper.Shared.Messaging.Errors.MeshException">
    /// No such workflow or version (<c>not_found</c>), wrong inputs (<c>invalid_argument</c>), an unfinished run has the same
    /// deduplication key (<c>already_exists</c>; the details name it).
    /// </exception>
    Task<LaunchedRun> StartAsync(RunLaunch launch, CancellationToken cancellationToken);
}

/// <summary>What to start.</summary>
internal sealed record RunLaunch
{
    /// <summary>The name of a workflow.</summary>
    public required string Workflow { get; init; }

    /// <summary>Its version; absent = the newest.</summary>
    public int? Version { get; init; }

    /// <summary>A JSON object; absent = no inputs.</summary>
    public string? Input { get; init; }

    public string? Description { get; init; }

    /// <summary>0 to 9, higher goes first.</summary>
    public int Priority { get; init; } = 5;

    /// <summary>Among the unfinished runs of a workflow each key is there once.</summary>
    public string? DedupKey { get; init; }

    /// <summary>JSON of the webhook that is called when the run ends.</summary>
    public string? Callback { get; init; }

    /// <summary>The schedule that starts it; with <see cref="Slot"/> unique.</summary>
    public string? Schedule { get; init; }

    /// <summary>The backfill that starts it; with <see cref="Slot"/> unique.</summary>
    public Guid? BackfillId { get; init; }

    /// <summary>The time that the run is for, UTC.</summary>
    public DateTimeOffset? Slot { get; init; }

    public string? TraceParent { get; init; }

    /// <summary>Of the request that asks for it; absent = each request is a new one.</summary>
    public IdempotencyKey? Idempotency { get; init; }
}

/// <summary>An accepted run.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Existed">Whether the run of this slot or request was there already: nothing was started.</param>
internal readonly record struct LaunchedRun(Guid Id, bool Existed);
