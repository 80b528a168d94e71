using System.Runtime.InteropServices;
using System.Text.Unicode;
using static Skipper.Shared.Engines.XGBoost.XGBoostLibrary;

namespace Skipper.Shared.Engines.XGBoost;

/// <summary>
/// A native booster with the calls the engine needs. Only <see cref="Margins"/> is safe to call concurrently.
/// </summary>
internal sealed unsafe class Booster : IDisposable
{
    // cache_id is mandatory up to 1.7 and ignored later. NaN is written bare, which JSON writers refuse to do.
    private static ReadOnlySpan<byte> MarginConfig =>
        "{\"type\":1,\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,\"strict_shape\":true,\"cache_id\":0,\"missing\":NaN}\0"u8;

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
            booster.Restore(model);
            return booster;
        }
        catch
        {
            booster.Dispose();
            throw;
        }
    }

    /// <summary>Takes over a saved model; its cached matrices stay.</summary>
    public void Restore(ReadOnlySpan<byte> model)
    {
        fixed (byte* bytes = model)
        {
            Check(NativeMethods.XGBoosterLoadModelFromBuffer(_handle, bytes, (ulong)model.Length));
        }
    }

    public void Set(string parameter, string value) =>
        Check(NativeMethods.XGBoosterSetParam(_handle, parameter, value));

    public void Update(int round, DMatrix matrix) =>
        Check(NativeMethods.XGBoosterUpdateOneIter(_handle, round, matrix.Handle));

    /// <summary>
    /// The metrics of one or both parts after a round, such as <c>[9]\ttrain-rmse:3.11\tvalidation-rmse:3.21</c>.
    /// </summary>
    public string Evaluate(int round, DMatrix? train, DMatrix? validation)
    {
        var matrices = stackalloc nint[2];
        var names = stackalloc byte*[2];
        var count = 0;
        byte* text;
        fixed (byte* trainName = "train\0"u8, validationName = "validation\0"u8)
        {
            if (train is not null)
            {
                matrices[count] = train.Handle.DangerousGetHandle();
                names[count++] = trainName;
            }

            if (validation is not null)
            {
                matrices[count] = validation.Handle.DangerousGetHandle();
                names[count++] = validationName;
            }

            Check(NativeMethods.XGBoosterEvalOneIter(_handle, round, matrices, names, (ulong)count, &text));
        }

        GC.KeepAlive(train);
        GC.KeepAlive(validation);
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

    /// <summary>The sums of leaves of rows, which are read in place, without a native copy of them.</summary>
    /// <param name="features">Rows * columns values; NaN = missing.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="margins">Filled with rows * outputs values.</param>
    public void Margins(ReadOnlySpan<float> features, int rows, Span<float> margins)
    {
        Span<byte> values = stackalloc byte[160];
        fixed (float* data = features)
        fixed (byte* interfaceJson = values)
        fixed (byte* config = MarginConfig)
        {
            // A null-terminated string; the buffer is zeroed and longer than two 64-bit numbers can make the text.
            Utf8.TryWrite(
                values[..^1],
                $"{{\"data\":[{(ulong)data},true],\"shape\":[{rows},{features.Length / rows}],\"typestr\":\"<f4\",\"version\":3}}",
                out _);
            Check(NativeMethods.XGBoosterPredictFromDense(
                _handle, interfaceJson, config, 0, out var shape, out var dimensions, out var result));
            ulong count = 1;
            for (var i = 0UL; i < dimensions; i++)
            {
                count *= shape[i];
            }

            if (count != (ulong)margins.Length)
            {
                throw new XGBoostException($"Expected {margins.Length} margins for {rows} rows, found {count}.");
            }

            new ReadOnlySpan<float>(result, margins.Length).CopyTo(margins);
        }
    }

    public void Dispose() => _handle.Dispose();
}
