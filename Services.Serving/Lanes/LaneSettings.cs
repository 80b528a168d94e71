using Microsoft.Extensions.Logging.Abstractions;

namespace Skipper.Services.Serving.Lanes;

/// <summary>What all lanes of a process have in common.</summary>
internal sealed record LaneSettings
{
    /// <summary>Lanes of nobody's configuration.</summary>
    public static LaneSettings Default { get; } = new();

    public BatchingOptions Batching { get; init; } = new();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public IScoringThreads Threads { get; init; } = ScoringThreads.Shared;

    public ILogger Logger { get; init; } = NullLogger.Instance;
}
