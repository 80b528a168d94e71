namespace Skipper.Shared.Messaging.Contracts;

/// <summary>
/// Points an alias of a model at one of its versions, where a gate is given only if that version is better; the answer says where the
/// alias points then.
/// </summary>
[TaskType("promote_model", Queues.Models)]
public sealed record PromoteModel : IRequest<ModelAlias>
{
    /// <summary>Which version gets which alias.</summary>
    public required Promotion Data { get; init; }

    /// <summary>A version and its new alias.</summary>
    public sealed record Promotion
    {
        /// <summary>Model name.</summary>
        public required string Name { get; init; }

        /// <summary>Version number.</summary>
        public required int Version { get; init; }

        /// <summary>Alias: a lower case letter, then lower case letters, digits, <c>-</c> and <c>_</c>, at most 63 characters.</summary>
        public required string Alias { get; init; }

        /// <summary>Who asks for it; absent = not said.</summary>
        public string? Actor { get; init; }

        /// <summary>Why; absent = not said.</summary>
        public string? Reason { get; init; }

        /// <summary>What must hold; absent = nothing.</summary>
        public PromotionGate? Gate { get; init; }
    }
}

/// <summary>A challenger must be better than the version that the alias points at.</summary>
public sealed record PromotionGate
{
    /// <summary>Name of the metric, such as <c>rmse</c> or <c>auc</c>.</summary>
    public required string Metric { get; init; }

    /// <summary>The target it is measured for; absent = the only one.</summary>
    public string? Target { get; init; }

    /// <summary>By how much it must be better, in the metric's unit. Default: 0, at least as good.</summary>
    public double MinimumGain { get; init; }

    /// <summary>
    /// The answer to <see cref="CompareModels"/>. Absent = the test metrics of both versions, which must be of the same rows.
    /// </summary>
    public ModelComparison? Comparison { get; init; }
}

/// <summary>What a gate found.</summary>
public sealed record GateResult
{
    /// <summary>Whether the alias may move.</summary>
    public required bool Passed { get; init; }

    /// <summary>The same in words.</summary>
    public required string Reason { get; init; }

    /// <summary>Name of the metric.</summary>
    public required string Metric { get; init; }

    /// <summary>The target.</summary>
    public string? Target { get; init; }

    /// <summary>Value of the challenger; absent = there was nothing to compare it with.</summary>
    public double? Challenger { get; init; }

    /// <summary>Value of the version that the alias pointed at.</summary>
    public double? Champion { get; init; }

    /// <summary>The version that the alias pointed at; absent = none.</summary>
    public int? ChampionVersion { get; init; }

    /// <summary>By how much it had to be better.</summary>
    public double MinimumGain { get; init; }

    /// <summary>Digest of the rows that both were measured on.</summary>
    public string? TestDigest { get; init; }
}

/// <summary>Points an alias back to where it pointed before its last promotion that was not taken back.</summary>
[TaskType("rollback_model", Queues.Models)]
public sealed record RollbackModel : IRequest<ModelAlias>
{
    /// <summary>Which alias.</summary>
    public required Rollback Data { get; init; }

    /// <summary>An alias to take back.</summary>
    public sealed record Rollback
    {
        /// <summary>Model name.</summary>
        public required string Name { get; init; }

        /// <summary>Alias.</summary>
        public required string Alias { get; init; }

        /// <summary>Who asks for it; absent = not said.</summary>
        public string? Actor { get; init; }

        /// <summary>Why; absent = not said.</summary>
        public string? Reason { get; init; }
    }
}

/// <summary>An alias and where it points, or pointed.</summary>
public sealed record ModelAlias
{
    /// <summary>Model name.</summary>
    public required string Name { get; init; }

    /// <summary>Alias.</summary>
    public required string Alias { get; init; }

    /// <summary>The version it points at.</summary>
    public required int Version { get; init; }

    /// <summary>The version it pointed at before; absent = it is new.</summary>
    public int? PreviousVersion { get; init; }

    /// <summary>When it was pointed there, UTC.</summary>
    public required DateTimeOffset MovedAt { get; init; }

    /// <summary>How many moves it has had, this one included.</summary>
    public int Number { get; init; }

    /// <summary><c>promotion</c> or <c>rollback</c>; absent in moves of older services.</summary>
    public string? Kind { get; init; }

    /// <summary>Who asked for it; absent = not said.</summary>
    public string? Actor { get; init; }

    /// <summary>Why; absent = not said.</summary>
    public string? Reason { get; init; }

    /// <summary>What the gate found; where it was not passed, it is of the promotion just asked for, and nothing was moved.</summary>
    public GateResult? Gate { get; init; }
}

/// <summary>Asks for the aliases of a model, or where one is named for all its moves.</summary>
[TaskType("list_aliases", Queues.Models, Idempotent = true)]
public sealed record ListModelAliases : IRequest<ModelAliasList>
{
    /// <summary>Which model and, for the history, which alias.</summary>
    public required ModelName Data { get; init; }
}

/// <summary>Aliases by name, or the moves of one, the newest first.</summary>
public sealed record ModelAliasList
{
    /// <summary>The aliases or moves.</summary>
    public required IReadOnlyList<ModelAlias> Aliases { get; init; }
}

/// <summary>An alias points at another version.</summary>
public sealed record ModelAliasChanged
{
    /// <summary>Where it points now.</summary>
    public required ModelAlias Alias { get; init; }

    /// <summary>The version it points at, without evidence.</summary>
    public required ModelVersion Model { get; init; }
}
