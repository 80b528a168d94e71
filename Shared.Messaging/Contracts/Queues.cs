namespace Skipper.Shared.Messaging.Contracts;

/// <summary>
/// The queues of the mesh. Task queues have the shape that skipper-lib declares; the dotted ones are durable.
/// </summary>
public static class Queues
{
    /// <summary>Datasets: import, split, preprocessing.</summary>
    public const string Data = "skipper_data";

    /// <summary>Training jobs.</summary>
    public const string Training = "skipper_training";

    /// <summary>
    /// Questions to the model registry; apart from <see cref="Training"/>, so that none waits for a training.
    /// </summary>
    public const string Models = "skipper_models";

    /// <summary>Predictions.</summary>
    public const string Serving = "skipper_serving";

    /// <summary>Parts of datasets to be scored; apart from <see cref="Serving"/>, so that no prediction waits for them.</summary>
    public const string Scoring = "skipper_scoring";

    /// <summary>The image classifier of the original engine, served by a Python or JavaScript worker.</summary>
    public const string MobileNet = "skipper_mobilenet";

    /// <summary>Claims and heartbeats of workers that run steps of durable runs.</summary>
    public const string Control = "skipper.control";

    /// <summary>Results of steps; durable, because a result must outlive every process.</summary>
    public const string Results = "skipper.results";

    /// <summary>
    /// Not a queue but the fanout exchange that tells workers which calls were given up; their own queues on it begin so.
    /// </summary>
    public const string Cancel = "skipper.cancel";

    /// <summary>Messages that no handler could process, with the reason in a header.</summary>
    public const string Dead = "skipper.dead";

    /// <summary>Whether a queue is one of the mesh's own, as opposed to a task queue.</summary>
    public static bool IsInternal(string queue) => queue.StartsWith("skipper.", StringComparison.Ordinal);
}
