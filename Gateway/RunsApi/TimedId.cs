using System.Buffers.Binary;

namespace Skipper.Gateway.RunsApi;

/// <summary>Ids are UUIDv7: a time is a place in their order.</summary>
internal static class TimedId
{
    /// <summary>No id that was made at this time or later comes before; whole milliseconds, rounded up.</summary>
    public static Guid First(DateTimeOffset time)
    {
        var milliseconds = time.ToUnixTimeMilliseconds();
        if (DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) < time)
        {
            milliseconds++;
        }

        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Math.Max(0, milliseconds) << 16);
        return new Guid(bytes, bigEndian: true);
    }
}
