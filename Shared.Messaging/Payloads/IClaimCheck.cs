using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Payloads;

/// <summary>Turns references back into bodies, for receivers that stand beside client and worker host.</summary>
public interface IClaimCheck
{
    /// <summary>
    /// Value of the header <c>x-skipper-accept</c> that asks peers for references; null where this process has no payload store.
    /// </summary>
    string? Accept { get; }

    /// <summary>The message with its whole body; the same message where that is inside it already.</summary>
    /// <exception cref="Errors.MeshException">The body is gone, damaged, or cannot be reached now (retryable).</exception>
    ValueTask<Message> OpenAsync(Message message, CancellationToken cancellationToken);
}
