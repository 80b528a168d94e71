using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Shared.Messaging.Rpc;

/// <summary>What a followed call brings: progress and parts, as many as the handler gives, and in the end the reply.</summary>
public abstract record CallUpdate
{
    private CallUpdate()
    {
    }

    /// <summary>How far the work is; of several reports in a short time only the newest comes.</summary>
    /// <param name="Progress">The report.</param>
    public sealed record Reported(Progress Progress) : CallUpdate;

    /// <summary>A partial result; parts come in order, and none is missing.</summary>
    /// <param name="Body">What the handler sent.</param>
    public sealed record Part(RawJson Body) : CallUpdate;

    /// <summary>The reply, which a plain call brings too; the last of all.</summary>
    /// <param name="Body">What the handler returned.</param>
    public sealed record Replied(RawJson Body) : CallUpdate;
}
