using Skipper.Gateway.Idempotency;

namespace Skipper.Gateway.Runs;

/// <summary>A task to accept.</summary>
internal sealed record NewRun
{
    public required string TaskType { get; init; }

    public required string Queue { get; init; }

    /// <summary>The request body as it came; the worker gets exactly this.</summary>
    public required string Request { get; init; }

    public string? Description { get; init; }

    /// <summary>0 to 9, higher goes first.</summary>
    public int Priority { get; init; } = 5;

    /// <summary>How long a worker may execute it; absent = <see cref="RunOptions.StepTimeoutSeconds"/>.</summary>
    public TimeSpan? Timeout { get; init; }

    public string? TraceParent { get; init; }

    /// <summary>Of the request that asks for it; absent = each request is a new one.</summary>
    public IdempotencyKey? Idempotency { get; init; }

    /// <summary>The run that it repeats.</summary>
    public Guid? RerunOf { get; init; }
}
