using System.Buffers.Text;
using System.Globalization;

namespace Skipper.Services.Data.Datasets;

/// <summary>
/// Writes a number as <c>ToString("R")</c> does, and several times as fast where it is one that people write: if a number is one of at
/// most fifteen decimal digits, these digits are its shortest exact form.
/// </summary>
internal static class ShortestNumber
{
    /// <summary>The most bytes a number takes.</summary>
    public const int Longest = 32;

    private static readonly (int Digits, double Factor, long Whole)[] Scales =
        [(1, 1e1, 10), (3, 1e3, 1000), (6, 1e6, 1_000_000), (10, 1e10, 10_000_000_000)];

    /// <summary>Writes a finite number and returns how many bytes that are.</summary>
    public static int Write(double value, Span<byte> target)
    {
        int written;
        var size = Math.Abs(value);
        if (size < 1e15 && Math.Floor(value) == value)
        {
            Utf8Formatter.TryFormat((long)value, target, out written);
            return written;
        }

        if (size is >= 1e-4 and < 1e12)
        {
            foreach (var (digits, factor, whole) in Scales)
            {
                var scaled = Math.Round(size * factor);
                if (scaled >= 1e15)
                {
                    break;
                }

                if (scaled / factor == size)
                {
                    return WriteDecimal(value < 0, (long)scaled, digits, whole, target);
                }
            }
        }

        value.TryFormat(target, out written, "R", CultureInfo.InvariantCulture);
        return written;
    }

    private static int WriteDecimal(bool negative, long scaled, int digits, long whole, Span<byte> target)
    {
        target[0] = (byte)'-';
        var used = negative ? 1 : 0;
        Utf8Formatter.TryFormat(scaled / whole, target[used..], out var written);
        used += written;
        target[used++] = (byte)'.';
        var fraction = scaled % whole;
        for (var place = used + digits - 1; place >= used; place--)
        {
            target[place] = (byte)('0' + (fraction % 10));
            fraction /= 10;
        }

        used += digits;
        while (target[used - 1] == '0')
        {
            used--;
        }

        return used;
    }
}
