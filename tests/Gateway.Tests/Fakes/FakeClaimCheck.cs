using System.Collections.Concurrent;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Payloads;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Gateway.Tests.Fakes;

/// <summary>Knows the bodies of the references that a test gives it.</summary>
internal sealed class FakeClaimCheck : IClaimCheck
{
    public ConcurrentDictionary<string, byte[]> Bodies { get; } = new();

    public string? Accept { get; set; }

    public ValueTask<Message> OpenAsync(Message message, CancellationToken cancellationToken)
    {
        if (message.Header(MessageHeaders.ClaimCheck) is not { } digest)
        {
            return new ValueTask<Message>(message);
        }

        return Bodies.TryGetValue(digest, out var body)
            ? new ValueTask<Message>(message with { Body = body })
            : throw new MeshException(ErrorCode.Internal, $"The body {digest} has expired.");
    }
}
