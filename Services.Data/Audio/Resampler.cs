using System.Runtime.InteropServices;

namespace Skipper.Services.Data.Audio;

/// <summary>Changes the sample rate of one channel with libsoxr, quality HQ, block by block.</summary>
internal sealed unsafe class Resampler : IDisposable
{
    private readonly SoxrLibrary _library;
    private nint _soxr;

    public Resampler(SoxrLibrary library, int from, int to)
    {
        _library = library;
        byte* error = null;
        _soxr = library.Create(from, to, &error);
        if (_soxr == 0 || error is not null)
        {
            throw Failed(error);
        }
    }

    /// <summary>Feeds samples and takes what is ready. With no input left, an output of 0 says that all was taken.</summary>
    /// <param name="input">Samples; empty = there are no more.</param>
    /// <param name="output">Takes the result.</param>
    public (int Taken, int Made) Process(ReadOnlySpan<float> input, Span<float> output)
    {
        ObjectDisposedException.ThrowIf(_soxr == 0, this);
        nuint taken = 0, made = 0;
        fixed (float* from = input, to = output)
        {
            // A null pointer tells soxr that the input has ended, and that is what fixed makes of an empty span.
            var error = _library.Process(_soxr, from, (nuint)input.Length, &taken, to, (nuint)output.Length, &made);
            if (error is not null)
            {
                throw Failed(error);
            }
        }

        return ((int)taken, (int)made);
    }

    public void Dispose()
    {
        if (_soxr != 0)
        {
            _library.Delete(_soxr);
            _soxr = 0;
        }
    }

    private static InvalidOperationException Failed(byte* error) =>
        new($"libsoxr failed: {Marshal.PtrToStringUTF8((nint)error) ?? "it gave no reason"}.");
}
