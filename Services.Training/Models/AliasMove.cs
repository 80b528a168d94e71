using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Training.Models;

/// <summary>A move of an alias that was decided.</summary>
internal sealed record AliasMove
{
    public const string Promotion = "promotion";

    public const string Rollback = "rollback";

    public required string Name { get; init; }

    public required string Alias { get; init; }

    /// <summary>The version to point at.</summary>
    public required int Version { get; init; }

    public required string Kind { get; init; }

    /// <summary>The number of the alias's last move when this one was decided; 0 = it was new.</summary>
    public required int After { get; init; }

    public string? Actor { get; init; }

    public string? Reason { get; init; }

    public GateResult? Gate { get; init; }

    /// <summary>The step of a run that asks for it; it moves an alias at most once.</summary>
    public Guid? StepId { get; init; }
}
