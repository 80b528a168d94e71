using System.Globalization;

namespace Skipper.Shared.Storage.Arrays;

/// <summary>The type of the values of an array, as far as .npy files are read and written here.</summary>
/// <param name="Code">Kind and size in bytes as in a header, without the byte order: <c>f8</c>, <c>S3</c>.</param>
/// <param name="Name">What NumPy calls it.</param>
/// <param name="ItemSize">Bytes of a value.</param>
internal readonly record struct NpyType(string Code, string Name, int ItemSize)
{
    private const int LongestText = 4096;

    private static readonly (NpyType Type, Type Element)[] Numbers =
    [
        (new("f8", "float64", 8), typeof(double)),
        (new("f4", "float32", 4), typeof(float)),
        (new("i8", "int64", 8), typeof(long)),
        (new("i4", "int32", 4), typeof(int)),
        (new("u2", "uint16", 2), typeof(ushort)),
        (new("u1", "uint8", 1), typeof(byte)),
        (new("b1", "bool", 1), typeof(bool)),
    ];

    public bool IsText => Code[0] == 'S';

    /// <summary>As in a header of our own, which is little-endian.</summary>
    public string Descriptor => (ItemSize == 1 || IsText ? '|' : '<') + Code;

    public static NpyType Of(Array values) => values switch
    {
        // NumPy has no text of length 0.
        string[] texts => Text(texts.Select(text => text.Length).Append(1).Max()),
        _ => Numbers.Where(number => number.Element == values.GetType().GetElementType())
            .Select(number => (NpyType?)number.Type)
            .FirstOrDefault()
            ?? throw new ArgumentException($"A .npy file does not hold {values.GetType().Name} here.", nameof(values)),
    };

    /// <summary>The type a header names, or null where it is none of ours.</summary>
    public static NpyType? Find(string code) =>
        code.StartsWith('S') && int.TryParse(code.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? length is > 0 and <= LongestText ? Text(length) : null
            : Numbers.Select(number => (NpyType?)number.Type).FirstOrDefault(type => type!.Value.Code == code);

    private static NpyType Text(int length) => new($"S{length}", "bytes", length);
}
