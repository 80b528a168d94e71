using Skipper.Shared.Storage.Arrays;
using static Skipper.Shared.Engines.XGBoost.XGBoostLibrary;

namespace Skipper.Shared.Engines.XGBoost;

/// <summary>Features and labels in the library's own memory.</summary>
internal sealed unsafe class DMatrix : IDisposable
{
    /// <param name="features">NaN = missing.</param>
    /// <param name="weights">One per row, or per query of a ranking; null = all the same.</param>
    /// <param name="groups">Rows of each query; null = no ranking.</param>
    public DMatrix(Matrix features, double[]? weights, int[]? groups)
    {
        fixed (float* values = SinglePrecision.All(features))
        {
            Check(NativeMethods.XGDMatrixCreateFromMat(
                values, (ulong)features.Rows, (ulong)features.Columns, float.NaN, out var handle));
            Handle = handle;
        }

        // Before the weights, whose number the library compares with that of the groups.
        if (groups is not null)
        {
            SetGroups(groups);
        }

        if (weights is not null)
        {
            SetFloats("weight", Array.ConvertAll(weights, SinglePrecision.Of));
        }
    }

    public DMatrixHandle Handle { get; }

    /// <summary>Replaces the labels; what was binned of the features stays.</summary>
    public void SetLabels(ReadOnlySpan<float> labels) => SetFloats("label", labels);

    public void Dispose() => Handle.Dispose();

    private void SetFloats(string field, ReadOnlySpan<float> numbers)
    {
        fixed (float* values = numbers)
        {
            Check(NativeMethods.XGDMatrixSetFloatInfo(Handle, field, values, (ulong)numbers.Length));
        }
    }

    private void SetGroups(int[] groups)
    {
        fixed (int* values = groups)
        {
            var array = $"{{\"data\":[{(ulong)values},true],\"shape\":[{groups.Length}],\"typestr\":\"<i4\",\"version\":3}}";
            Check(NativeMethods.XGDMatrixSetInfoFromInterface(Handle, "group", array));
        }
    }
}
