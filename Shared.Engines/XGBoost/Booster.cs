using System.Runtime.InteropServices;
using System.Text.Unicode;
using static Skipper.Shared.Engines.XGBoost.XGBoostLibrary;

namespace Skipper.Shared.Engines.XGBoost;

/// <summary>
/// A native booster with the calls the engine needs. Only <see cref="Predict"/> is safe to call concurrently.
/// </summary>
internal sealed unsafe class Booster : IDisposable
{
    // cache_id is mandatory up to 1.7 and ignored later. NaN is written bare, which JSON writers refuse to do.
    private static ReadOnlySpan<byte> PredictConfig =>
        "{\"type\":0,\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,\"strict_shape\":true,\"cache_id\":0,\"missing\":NaN}\0"u8;

    private readonly BoosterHandle _handle;

    private Booster(BoosterHandle handle) => _handle = handle;

    public int BoostedRounds
    {
        get
        {
            Check(NativeMethods.XGBoosterBoostedRounds(_handle, out var rounds));
            return rounds;
        }
    }

    public int FeatureCount
    {
        get
        {
            Check(NativeMethods.XGBoosterGetNumFeature(_handle, out var features));
            return checked((int)features);
        }
    }

    /// <summary>A booster to be trained; it caches its predictions for these matrices.</summary>
    public static Booster Create(params ReadOnlySpan<DMatrix> matrices)
    {
        var pointers = stackalloc nint[matrices.Length];
        for (var i = 0; i < matrices.Length; i++)
        {
            pointers[i] = matrices[i].Handle.DangerousGetHandle();
        }

        Check(NativeMethods.XGBoosterCreate(pointers, (ulong)matrices.Length, out var handle));
        foreach (var matrix in matrices)
        {
            GC.KeepAlive(matrix);
        }

        return new Booster(handle);
    }

    public static Booster Load(ReadOnlySpan<byte> model)
    {
        var booster = Create();
        try
        {
            fixed (byte* bytes = model)
            {
                Check(NativeMethods.XGBoosterLoadModelFromBuffer(booster._handle, bytes, (ulong)model.Length));
            }

            return booster;
        }
        catch
        {
            booster.Dispose();
            throw;
        }
    }

    public void Set(string parameter, string value) =>
        Check(NativeMethods.XGBoosterSetParam(_handle, parameter, value));

    public void Update(int round, DMatrix matrix) =>
        Check(NativeMethods.XGBoosterUpdateOneIter(_handle, round, matrix.Handle));

    /// <summary>The metrics after a round, such as <c>[9]\tvalidation-rmse:3.21</c>.</summary>
    public string Evaluate(int round, DMatrix matrix, ReadOnlySpan<byte> zeroEndedName)
    {
        var pointer = matrix.Handle.DangerousGetHandle();
        byte* text;
        fixed (byte* name = zeroEndedName)
        {
            var names = name;
            Check(NativeMethods.XGBoosterEvalOneIter(_handle, round, &pointer, &names, 1, &text));
        }

        GC.KeepAlive(matrix);
        return Marshal.PtrToStringUTF8((nint)text) ?? "";
    }

    /// <summary>A booster with the first rounds of this one.</summary>
    public Booster FirstRounds(int count)
    {
        Check(NativeMethods.XGBoosterSlice(_handle, 0, count, 1, out var slice));
        return new Booster(slice);
    }

    public byte[] Save()
    {
        Check(NativeMethods.XGBoosterSaveModelToBuffer(_handle, """{"format":"ubj"}""", out var length, out var bytes));
        return new ReadOnlySpan<byte>(bytes, checked((int)length)).ToArray();
    }

    /// <summary>
    /// Predicts rows in place, without a native copy of them, into every <paramref name="stride"/>th value.
    /// </summary>
    public void Predict(ReadOnlySpan<float> features, int rows, int columns, Span<double> predictions, int stride)
    {
        Span<byte> values = stackalloc byte[160];
        fixed (float* data = features)
        fixed (byte* interfaceJson = values)
        fixed (byte* config = PredictConfig)
        {
            // A null-terminated string; the buffer is zeroed and longer than two 64-bit numbers can make the text.
            Utf8.TryWrite(
                values[..^1],
                $"{{\"data\":[{(ulong)data},true],\"shape\":[{rows},{columns}],\"typestr\":\"<f4\",\"version\":3}}",
                out _);
            Check(NativeMethods.XGBoosterPredictFromDense(
                _handle, interfaceJson, config, 0, out var shape, out var dimensions, out var result));
            if (dimensions < 1 || shape[0] != (ulong)rows || (dimensions > 1 && shape[1] != 1))
            {
                throw new XGBoostException($"Expected one prediction for each of {rows} rows, found another shape.");
            }

            for (var row = 0; row < rows; row++)
            {
                predictions[row * stride] = result[row];
            }
        }
    }

    public void Dispose() => _handle.Dispose();
}
