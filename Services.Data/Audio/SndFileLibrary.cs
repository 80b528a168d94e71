using System.Runtime.InteropServices;

namespace Skipper.Services.Data.Audio;

/// <summary>libsndfile, the decoder that librosa uses; MP3 since 1.1.</summary>
internal sealed unsafe class SndFileLibrary(params IReadOnlyList<string> files)
    : AudioLibrary(
        "libsndfile",
        "libsndfile1",
        "SKIPPER_SNDFILE",
        files.Count > 0 ? files : ["libsndfile.so.1", "libsndfile.so", "sndfile.dll", "libsndfile.dylib"])
{
    private const string Purpose = "Decoding FLAC, Ogg and MP3";
    private const int ModeRead = 0x10;

    public nint Open(VirtualFile.Functions* functions, Info* info, void* file)
    {
        var open = (delegate* unmanaged[Cdecl]<void*, int, Info*, void*, nint>)Function(Purpose, "sf_open_virtual");
        return open(functions, ModeRead, info, file);
    }

    public long Read(nint sound, float* samples, long frames) =>
        ((delegate* unmanaged[Cdecl]<nint, float*, long, long>)Function(Purpose, "sf_readf_float"))(sound, samples, frames);

    public void Close(nint sound) => _ = ((delegate* unmanaged[Cdecl]<nint, int>)Function(Purpose, "sf_close"))(sound);

    /// <summary>The library's words for what went wrong last.</summary>
    /// <param name="sound">An open file; 0 = opening failed.</param>
    public string Error(nint sound) => Marshal.PtrToStringUTF8(
        (nint)((delegate* unmanaged[Cdecl]<nint, byte*>)Function(Purpose, "sf_strerror"))(sound))?.Trim().TrimEnd('.') ?? "no reason given";

    /// <summary>SF_INFO of sndfile.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Info
    {
        public long Frames;
        public int SampleRate;
        public int Channels;
        public int Format;
        public int Sections;
        public int Seekable;
    }
}
