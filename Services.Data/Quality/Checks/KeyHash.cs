using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Quality.Checks;

/// <summary>
/// Hashes some columns of a row to 128 bits, by folded multiplication. The seed is secret and new for every object, so that
/// nobody can make rows that collide.
/// </summary>
internal sealed class KeyHash(IReadOnlyList<int> columns)
{
    private readonly ulong _seedA = RandomSeed();
    private readonly ulong _seedB = RandomSeed();

    public UInt128 Compute(RowBatch batch, int row)
    {
        var (a, b) = (_seedA, _seedB);
        foreach (var column in columns)
        {
            switch (batch.Schema.Columns[column].Kind)
            {
                case ColumnKind.Text:
                    Add(batch.Texts(column)[row], ref a, ref b);
                    break;
                case ColumnKind.Timestamp:
                    Add((ulong)batch.Times(column)[row], ref a, ref b);
                    break;
                default:
                    // Adding zero turns -0 into 0; every NaN is the same missing value.
                    var number = batch.Numbers(column)[row];
                    Add(BitConverter.DoubleToUInt64Bits(double.IsNaN(number) ? double.NaN : number + 0.0), ref a, ref b);
                    break;
            }
        }

        return new UInt128(Fold(a ^ _seedB, b ^ 0x9E3779B97F4A7C15), Fold(b ^ _seedA, a ^ 0xD1B54A32D192ED03));
    }

    private static void Add(string? text, ref ulong a, ref ulong b)
    {
        if (text is null)
        {
            Add(ulong.MaxValue, ref a, ref b);
            return;
        }

        Add((ulong)text.Length, ref a, ref b);
        var words = MemoryMarshal.Cast<char, ulong>(text.AsSpan());
        foreach (var word in words)
        {
            Add(word, ref a, ref b);
        }

        for (var i = words.Length * 4; i < text.Length; i++)
        {
            Add(text[i], ref a, ref b);
        }
    }

    private static void Add(ulong word, ref ulong a, ref ulong b)
    {
        a = Fold(a ^ word, 0xA0761D6478BD642F ^ b);
        b = Fold(b ^ BitOperations.RotateLeft(word, 32), 0xE7037ED1A0B428DB ^ a);
    }

    private static ulong Fold(ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out var low);
        return high ^ low;
    }

    private static ulong RandomSeed() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) | 1;
}
