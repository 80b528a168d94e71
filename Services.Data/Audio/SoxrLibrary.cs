namespace Skipper.Services.Data.Audio;

/// <summary>libsoxr, the resampler that librosa uses by default.</summary>
internal sealed unsafe class SoxrLibrary(params IReadOnlyList<string> files)
    : AudioLibrary(
        "libsoxr", "libsoxr0", "SKIPPER_SOXR", files.Count > 0 ? files : ["libsoxr.so.0", "libsoxr.so", "soxr.dll", "libsoxr.dylib"])
{
    private const string Purpose = "Resampling";

    public nint Create(double from, double to, byte** error)
    {
        var create = (delegate* unmanaged[Cdecl]<double, double, uint, byte**, void*, void*, void*, nint>)
            Function(Purpose, "soxr_create");
        // One channel; without a format floats, and without a quality HQ, which librosa calls soxr_hq.
        // soxr_oneshot would take LQ.
        return create(from, to, 1, error, null, null, null);
    }

    public byte* Process(nint soxr, float* input, nuint inputLength, nuint* taken, float* output, nuint outputLength, nuint* made)
    {
        var process = (delegate* unmanaged[Cdecl]<nint, float*, nuint, nuint*, float*, nuint, nuint*, byte*>)
            Function(Purpose, "soxr_process");
        return process(soxr, input, inputLength, taken, output, outputLength, made);
    }

    public void Delete(nint soxr) =>
        ((delegate* unmanaged[Cdecl]<nint, void>)Function(Purpose, "soxr_delete"))(soxr);
}
