using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Payloads;

/// <summary>What goes into a message: the body itself, or a reference to it.</summary>
/// <param name="Body">The body, or a small one that stands for it.</param>
/// <param name="Digest">Names the body in the payload store; absent = the body is inside the message.</param>
/// <param name="Size">Size of the body named by <paramref name="Digest"/>.</param>
internal readonly record struct Outgoing(ReadOnlyMemory<byte> Body, string? Digest = null, int Size = 0)
{
    public bool IsReference => Digest is not null;

    /// <summary>The headers of a message, with those of the reference where it is one.</summary>
    public IReadOnlyDictionary<string, string>? Headers(IReadOnlyDictionary<string, string>? others) => Digest is null
        ? others
        : new Dictionary<string, string>(others ?? MessageHeaders.None)
        {
            [MessageHeaders.ClaimCheck] = Digest,
            [MessageHeaders.ClaimSize] = Size.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
}
