namespace Skipper.Shared.Storage.Arrays;

/// <summary>Turns arrays whose first dimension varies fastest into those whose last one does.</summary>
internal static class RowMajor
{
    public static T[] From<T>(T[] values, IReadOnlyList<int> shape)
    {
        var result = new T[values.Length];
        var strides = new int[shape.Count];
        for (var (dimension, stride) = (0, 1); dimension < shape.Count; stride *= shape[dimension++])
        {
            strides[dimension] = stride;
        }

        var index = new int[shape.Count];
        var source = 0;
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = values[source];
            for (var dimension = shape.Count - 1; dimension >= 0; dimension--)
            {
                source += strides[dimension];
                if (++index[dimension] < shape[dimension])
                {
                    break;
                }

                source -= strides[dimension] * shape[dimension];
                index[dimension] = 0;
            }
        }

        return result;
    }
}
