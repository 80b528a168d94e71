namespace Skipper.Shared.Storage.Arrays;

/// <summary>A dense row-major array of any shape, as a .npy file holds it.</summary>
public sealed class NpyArray
{
    /// <summary>Makes an array of values that are there already.</summary>
    /// <param name="values">
    /// A <c>double[]</c>, <c>float[]</c>, <c>int[]</c>, <c>long[]</c>, <c>ushort[]</c>, <c>byte[]</c>, <c>bool[]</c> or, for ASCII text,
    /// <c>string[]</c>; in row-major order. Not copied.
    /// </param>
    /// <param name="shape">Sizes of the dimensions; none = a single value.</param>
    public NpyArray(Array values, params ReadOnlySpan<int> shape)
    {
        Type = NpyType.Of(values);
        Shape = shape.ToArray();
        Values = values;
        if (CountOf(shape) != values.Length)
        {
            throw new ArgumentException(
                $"An array of shape ({string.Join(", ", Shape)}) has {CountOf(shape)} values, found {values.Length}.", nameof(values));
        }
    }

    internal NpyArray(NpyType type, Array values, IReadOnlyList<int> shape) => (Type, Values, Shape) = (type, values, shape);

    /// <summary>Sizes of the dimensions.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>All values in row-major order.</summary>
    public Array Values { get; }

    /// <summary>The name NumPy gives the type of the values, such as <c>int32</c>.</summary>
    public string TypeName => Type.Name;

    internal NpyType Type { get; }

    /// <summary>The values, which must be of this type.</summary>
    /// <exception cref="InvalidDataException">They are of another type.</exception>
    public T[] Get<T>() => Values as T[]
        ?? throw new InvalidDataException($"Expected an array of {typeof(T).Name}, found {TypeName}.");

    private static long CountOf(ReadOnlySpan<int> shape)
    {
        var count = 1L;
        foreach (var size in shape)
        {
            count = checked(count * size);
        }

        return count;
    }
}
