using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Serving.Predictions;

/// <summary>What somebody wants predicted, however it came.</summary>
internal sealed record PredictionCall
{
    /// <summary>Model name, optionally with <c>@version</c> or <c>@alias</c>; absent = the default model.</summary>
    public string? Model { get; init; }

    public required RowSource Rows { get; init; }

    /// <summary>Whether a bad row fails alone instead of failing the call.</summary>
    public bool EachAlone { get; init; }

    /// <summary>Names the call in logs and stored predictions.</summary>
    public required string RequestId { get; init; }

    /// <summary>Calls with the same key get the same version while a rollout splits them; absent = the request id.</summary>
    public string? StickyKey { get; init; }

    /// <summary>Whether whoever calls keeps the predictions, so that the log need not.</summary>
    public bool IsKept { get; init; }

    /// <summary>When the caller stops waiting, UTC; absent = it waits.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>1 = before all others that wait, then 2 and so on; 0 = the caller did not say, after those who did.</summary>
    public int Priority { get; init; }

    /// <summary>Whether an earlier delivery of the message may have taken a worker down, so that it must not share a batch.</summary>
    public bool Redelivered { get; init; }

    /// <summary>A call as its message tells it.</summary>
    public static PredictionCall Of(MessageContext context, string? model, RowSource rows, string? stickyKey = null) => new()
    {
        Model = model,
        Rows = rows,
        RequestId = context.CorrelationId,
        StickyKey = stickyKey,
        Deadline = context.Deadline,
        Redelivered = context.Redelivered,
    };
}
