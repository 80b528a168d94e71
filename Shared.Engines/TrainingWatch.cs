namespace Skipper.Shared.Engines;

/// <summary>
/// What goes in and out while an engine trains. Everything is called on the training thread; an exception ends the training.
/// </summary>
public sealed class TrainingWatch
{
    /// <summary>Nobody looks, nothing is resumed.</summary>
    public static TrainingWatch None { get; } = new();

    /// <summary>Called with 0 to 100 and a line of text as work proceeds.</summary>
    public Action<double, string> Progress { get; init; } = (_, _) => { };

    /// <summary>
    /// Called with the metric of the validation part after each round, and with that of the training part now and then, or
    /// after each round where there is no validation part; engines without rounds call it never.
    /// </summary>
    public Action<TrainingMetric> Metric { get; init; } = _ => { };

    /// <summary>
    /// What <see cref="SaveCheckpoint"/> was given last by an interrupted training on the same data, parameters and seed;
    /// empty to start anew. The model is then the same, byte for byte, as without the interruption.
    /// </summary>
    public ReadOnlyMemory<byte> Checkpoint { get; init; }

    /// <summary>
    /// Called every <see cref="CheckpointRounds"/> rounds or somewhat later, where the engine can resume exactly. The bytes
    /// are nobody else's; keep what came last. Null = no checkpoints are made. Engines that finish in one step call it never.
    /// </summary>
    public Action<byte[]>? SaveCheckpoint { get; init; }

    /// <summary>
    /// How many rounds lie between two checkpoints at least; the model does not depend on it. Default: 25.
    /// </summary>
    public int CheckpointRounds { get; init; } = 25;
}

/// <summary>One number that says how a training goes.</summary>
/// <param name="Target">Number of the target, from 0.</param>
/// <param name="Round">Number of the round, from 0.</param>
/// <param name="Rounds">Rounds at most; fewer where training stops early.</param>
/// <param name="Part"><c>train</c> or <c>validation</c>.</param>
/// <param name="Name">Name of the metric, such as <c>rmse</c>.</param>
/// <param name="Value">Its value; may be NaN where the part does not define it.</param>
public readonly record struct TrainingMetric(
    int Target, int Round, int Rounds, string Part, string Name, double Value);
