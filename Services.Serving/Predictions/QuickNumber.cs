using System.Buffers.Text;

namespace Skipper.Services.Serving.Predictions;

/// <summary>
/// Reads the numbers of valid JSON. Where all digits fit into 53 bits and the power of ten is exact, too, one division rounds once and
/// therefore right (Clinger 1990, "How to read floating point numbers accurately"); others go the long way.
/// </summary>
internal static class QuickNumber
{
    // 10^15 < 2^53.
    private const int MostDigits = 15;

    private static readonly double[] Powers = [.. Enumerable.Range(0, MostDigits + 1).Select(exponent => Math.Pow(10, exponent))];

    /// <summary>Number of bytes that the number at the start takes; 0 = there is none.</summary>
    public static int Read(ReadOnlySpan<byte> json, out double value)
    {
        var at = json.Length > 0 && json[0] == (byte)'-' ? 1 : 0;
        var (digits, decimals, mantissa) = (0, 0, 0L);
        for (var isFraction = false; at < json.Length; at++)
        {
            var digit = (uint)(json[at] - '0');
            if (digit <= 9)
            {
                mantissa = unchecked((mantissa * 10) + digit);
                digits++;
                decimals += isFraction ? 1 : 0;
            }
            else if (json[at] == (byte)'.' && !isFraction)
            {
                isFraction = true;
            }
            else
            {
                break;
            }
        }

        if (digits is 0 or > MostDigits || at == json.Length || json[at] is (byte)'e' or (byte)'E')
        {
            return Utf8Parser.TryParse(json, out value, out int length) ? length : 0;
        }

        value = mantissa / Powers[decimals];
        value = json[0] == (byte)'-' ? -value : value;
        return at;
    }
}
