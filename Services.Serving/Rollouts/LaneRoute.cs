using Skipper.Services.Serving.Models;
using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.Rollouts;

/// <summary>Where a call goes.</summary>
/// <param name="Model">Who answers it.</param>
/// <param name="Lane">The lane of a rollout that it counts for; null = no rollout splits it.</param>
internal readonly record struct LaneRoute(ModelReference Model, LiveLane? Lane = null)
{
    /// <summary>The name of the lane, as answers tell it.</summary>
    public string? LaneName => Lane?.Settings.Name;

    /// <summary>Counts a call without an answer, unless its caller gave it up before its deadline, which says nothing of the lane.</summary>
    public void Failed(Exception exception, PredictionCall call, TimeSpan elapsed, DateTimeOffset now)
    {
        var code = exception switch
        {
            OperationCanceledException => now < (call.Deadline ?? DateTimeOffset.MaxValue) ? ErrorCode.Cancelled : ErrorCode.DeadlineExceeded,
            MeshException refused => refused.Code,
            _ => ErrorCode.Internal,
        };
        if (code is not ErrorCode.Cancelled)
        {
            Lane?.Tally.Call(elapsed, code.ToWire());
        }
    }
}
