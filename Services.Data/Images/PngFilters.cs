using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Skipper.Services.Data.Images;

/// <summary>Undoes the five filters of PNG: a byte was stored as its difference from what its neighbors foretold.</summary>
internal static class PngFilters
{
    /// <summary>Readable bytes that a row must have after its end.</summary>
    public const int Slack = 4;

    /// <summary>Restores a row in place.</summary>
    /// <param name="filter">The byte before the row.</param>
    /// <param name="row">The row and <see cref="Slack"/> bytes, which stay as they are.</param>
    /// <param name="above">The restored row above, as long, or zeros.</param>
    /// <param name="distance">Bytes from one pixel to the next.</param>
    public static void Undo(int filter, Span<byte> row, ReadOnlySpan<byte> above, int distance)
    {
        var length = row.Length - Slack;
        switch (filter)
        {
            case 0:
                break;
            case 1:
                Sub(row[..length], distance);
                break;
            case 2:
                Up(row[..length], above[..length]);
                break;
            case 3 when distance is 3 or 4:
                PixelAverage(row, above, distance, length);
                break;
            case 3:
                Average(row[..length], above[..length], distance);
                break;
            case 4 when distance is 3 or 4:
                PixelPaeth(row, above, distance, length);
                break;
            case 4:
                Paeth(row[..length], above[..length], distance);
                break;
            default:
                throw PngFile.Wrong($"a row has filter {filter}, and there are only 0 to 4");
        }
    }

    private static void Sub(Span<byte> row, int distance)
    {
        for (var i = distance; i < row.Length; i++)
        {
            row[i] += row[i - distance];
        }
    }

    private static void Up(Span<byte> row, ReadOnlySpan<byte> above)
    {
        var i = 0;
        for (; i + Vector<byte>.Count <= row.Length; i += Vector<byte>.Count)
        {
            (new Vector<byte>(row[i..]) + new Vector<byte>(above[i..])).CopyTo(row[i..]);
        }

        for (; i < row.Length; i++)
        {
            row[i] += above[i];
        }
    }

    private static void Average(Span<byte> row, ReadOnlySpan<byte> above, int distance)
    {
        for (var i = 0; i < row.Length; i++)
        {
            row[i] += (byte)((above[i] + (i < distance ? 0 : row[i - distance])) >> 1);
        }
    }

    private static void Paeth(Span<byte> row, ReadOnlySpan<byte> above, int distance)
    {
        for (var i = 0; i < row.Length; i++)
        {
            int left = 0, corner = 0, up = above[i];
            if (i >= distance)
            {
                (left, corner) = (row[i - distance], above[i - distance]);
            }

            // Whichever is nearest to left + up - corner; of equals left, then up.
            var (toLeft, toUp, toCorner) = (Math.Abs(up - corner), Math.Abs(left - corner), Math.Abs(left + up - (2 * corner)));
            row[i] += (byte)(toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner);
        }
    }

    private static void PixelAverage(Span<byte> row, ReadOnlySpan<byte> above, int distance, int length)
    {
        Vector128<ushort> left = default;
        for (var i = 0; i < length; i += distance)
        {
            left = Store(row, i, distance, Pixel(row, i) + ((left + Pixel(above, i)) >> 1));
        }
    }

    /// <summary>The same as <see cref="Paeth"/>, with all bytes of a pixel at once.</summary>
    private static void PixelPaeth(Span<byte> row, ReadOnlySpan<byte> above, int distance, int length)
    {
        Vector128<short> left = default, corner = default;
        for (var i = 0; i < length; i += distance)
        {
            var up = Pixel(above, i).AsInt16();
            var (upStep, leftStep) = (up - corner, left - corner);
            var (toLeft, toUp, toCorner) = (Vector128.Abs(upStep), Vector128.Abs(leftStep), Vector128.Abs(upStep + leftStep));
            var nearest = Vector128.Min(toLeft, Vector128.Min(toUp, toCorner));
            var foretold = Vector128.ConditionalSelect(
                Vector128.Equals(toLeft, nearest),
                left,
                Vector128.ConditionalSelect(Vector128.Equals(toUp, nearest), up, corner));
            left = Store(row, i, distance, Pixel(row, i) + foretold.AsUInt16()).AsInt16();
            corner = up;
        }
    }

    /// <summary>Four bytes as numbers; the fourth is that of the next pixel where a pixel has three.</summary>
    private static Vector128<ushort> Pixel(ReadOnlySpan<byte> row, int start) =>
        Vector128.WidenLower(Vector128.CreateScalarUnsafe(MemoryMarshal.Read<uint>(row[start..])).AsByte());

    /// <summary>Writes the lower bytes of a pixel, and returns them as numbers.</summary>
    private static Vector128<ushort> Store(Span<byte> row, int start, int distance, Vector128<ushort> pixel)
    {
        pixel &= Vector128.Create((ushort)0xFF);
        var bytes = Vector128.Narrow(pixel, pixel).AsUInt32()[0];
        ref var target = ref row[start];
        if (distance == 4)
        {
            Unsafe.WriteUnaligned(ref target, bytes);
        }
        else
        {
            Unsafe.WriteUnaligned(ref target, (ushort)bytes);
            Unsafe.Add(ref target, 2) = (byte)(bytes >> 16);
        }

        return pixel;
    }
}
