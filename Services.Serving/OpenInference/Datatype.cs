using System.Collections.Frozen;

namespace Skipper.Services.Serving.OpenInference;

/// <summary>What the elements of a tensor are.</summary>
internal enum Datatype
{
    Bool,
    Uint8,
    Uint16,
    Uint32,
    Uint64,
    Int8,
    Int16,
    Int32,
    Int64,
    Fp16,
    Fp32,
    Fp64,
    Bytes,
}

/// <summary>Datatypes as requests name them.</summary>
internal static class Datatypes
{
    private static readonly FrozenDictionary<string, Datatype> ByName =
        Enum.GetValues<Datatype>().ToFrozenDictionary(datatype => datatype.Name(), StringComparer.Ordinal);

    /// <summary>All names.</summary>
    public static string Names { get; } = string.Join(", ", Enum.GetValues<Datatype>().Select(Name));

    /// <summary>The name, such as <c>FP32</c>.</summary>
    public static string Name(this Datatype datatype) => datatype.ToString().ToUpperInvariant();

    /// <summary>The datatype of a name; null = there is none.</summary>
    public static Datatype? Find(string name) => ByName.TryGetValue(name, out var datatype) ? datatype : null;

    /// <summary>Bytes of an element in binary form; 0 = each says its own length.</summary>
    public static int Size(this Datatype datatype) => datatype switch
    {
        Datatype.Bool or Datatype.Uint8 or Datatype.Int8 => 1,
        Datatype.Uint16 or Datatype.Int16 or Datatype.Fp16 => 2,
        Datatype.Uint32 or Datatype.Int32 or Datatype.Fp32 => 4,
        Datatype.Uint64 or Datatype.Int64 or Datatype.Fp64 => 8,
        _ => 0,
    };

    /// <summary>The value as this datatype holds it; null where it does not.</summary>
    public static double? Hold(this Datatype datatype, double value) => datatype switch
    {
        Datatype.Fp64 => value,
        Datatype.Fp32 => Finite((float)value),
        Datatype.Fp16 => Finite((double)(Half)value),
        Datatype.Bool => value is 0 or 1 ? value : null,
        Datatype.Uint8 => Whole(value, byte.MinValue, byte.MaxValue),
        Datatype.Uint16 => Whole(value, ushort.MinValue, ushort.MaxValue),
        Datatype.Uint32 => Whole(value, uint.MinValue, uint.MaxValue),
        Datatype.Uint64 => Whole(value, ulong.MinValue, ulong.MaxValue),
        Datatype.Int8 => Whole(value, sbyte.MinValue, sbyte.MaxValue),
        Datatype.Int16 => Whole(value, short.MinValue, short.MaxValue),
        Datatype.Int32 => Whole(value, int.MinValue, int.MaxValue),
        Datatype.Int64 => Whole(value, long.MinValue, long.MaxValue),
        _ => null,
    };

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static double? Whole(double value, double smallest, double largest) =>
        value >= smallest && value <= largest && value == Math.Truncate(value) ? value : null;
}
