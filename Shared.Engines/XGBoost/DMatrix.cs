using Skipper.Shared.Storage.Arrays;
using static Skipper.Shared.Engines.XGBoost.XGBoostLibrary;

namespace Skipper.Shared.Engines.XGBoost;

/// <summary>Features and labels in the library's own memory.</summary>
internal sealed unsafe class DMatrix : IDisposable
{
    public DMatrix(Matrix features)
    {
        fixed (float* values = SinglePrecision.All(features))
        {
            Check(NativeMethods.XGDMatrixCreateFromMat(
                values, (ulong)features.Rows, (ulong)features.Columns, float.NaN, out var handle));
            Handle = handle;
        }
    }

    public DMatrixHandle Handle { get; }

    /// <summary>Replaces the labels; what was binned of the features stays.</summary>
    public void SetLabels(ReadOnlySpan<float> labels)
    {
        fixed (float* values = labels)
        {
            Check(NativeMethods.XGDMatrixSetFloatInfo(Handle, "label", values, (ulong)labels.Length));
        }
    }

    public void Dispose() => Handle.Dispose();
}
