using static Skipper.Shared.Engines.XGBoost.XGBoostLibrary;

namespace Skipper.Shared.Engines.XGBoost;

/// <summary>Features and labels in the library's own memory.</summary>
internal sealed unsafe class DMatrix : IDisposable
{
    public DMatrix(ReadOnlySpan<float> features, int rows, int columns, ReadOnlySpan<float> labels)
    {
        fixed (float* data = features)
        fixed (float* label = labels)
        {
            Check(NativeMethods.XGDMatrixCreateFromMat(data, (ulong)rows, (ulong)columns, float.NaN, out var handle));
            Handle = handle;
            Check(NativeMethods.XGDMatrixSetFloatInfo(handle, "label", label, (ulong)rows));
        }
    }

    public DMatrixHandle Handle { get; }

    public void Dispose() => Handle.Dispose();
}
