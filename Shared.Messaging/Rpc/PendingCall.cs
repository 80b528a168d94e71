using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Streaming;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Rpc;

/// <summary>A call that waits for its reply.</summary>
internal sealed class PendingCall(string queue, long started, long deadline, CallFollower? follower)
    : TaskCompletionSource<Message>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public string Queue => queue;

    /// <summary>Takes what comes before the reply; absent = nothing was asked for.</summary>
    public CallFollower? Follower => follower;

    /// <summary>When it was made: a timestamp of the <see cref="TimeProvider"/>.</summary>
    public long Started => started;

    /// <summary>Whether it ended from this side, while a worker may still be at it.</summary>
    public bool IsGivenUp { get; private set; }

    /// <summary>When it stops waiting: a timestamp of the <see cref="TimeProvider"/>.</summary>
    public long Deadline => deadline;

    /// <summary>Ends it without a reply.</summary>
    public void GiveUp(MeshException reason)
    {
        IsGivenUp = true;
        TrySetException(reason);
    }
}
