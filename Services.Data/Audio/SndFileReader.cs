using System.Buffers;
using System.Runtime.InteropServices;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Audio;

/// <summary>Decodes FLAC, Ogg and MP3 with libsndfile, which knows many more formats: none of those gets near it.</summary>
internal sealed unsafe class SndFileReader : IAudioReader
{
    private readonly SndFileLibrary _library;
    private readonly SndFileLibrary.Info _info;
    private MemoryHandle _bytes;
    private VirtualFile* _file;
    private nint _sound;
    private long _read;

    public SndFileReader(SndFileLibrary library, ReadOnlyMemory<byte> file)
    {
        _library = library;
        _bytes = file.Pin();
        _file = (VirtualFile*)NativeMemory.Alloc((nuint)sizeof(VirtualFile));
        try
        {
            *_file = new VirtualFile((byte*)_bytes.Pointer, file.Length);
            var functions = VirtualFile.Table;
            SndFileLibrary.Info info = default;
            _sound = library.Open(&functions, &info, _file);
            _info = _sound != 0
                ? info
                : throw MeshException.InvalidArgument(
                    $"libsndfile cannot decode this file: {library.Error(0)}. Upload WAV, FLAC, Ogg or MP3.");
            AudioLimits.CheckFile(info.SampleRate, info.Channels);
            if (info.Frames == long.MaxValue && file.Span.StartsWith("OggS"u8))
            {
                // The last page says how long an Ogg file is.
                throw MeshException.InvalidArgument("An Ogg file is cut off: its last page is not whole. Upload the whole file.");
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int SampleRate => _info.SampleRate;

    public int Channels => _info.Channels;

    public long? Frames => _info.Frames is > 0 and < long.MaxValue ? _info.Frames : null;

    /// <summary>Whether the beginning of a file is that of FLAC, of Ogg, or of MP3, with or without an ID3 tag.</summary>
    public static bool Matches(ReadOnlySpan<byte> file) =>
        file.StartsWith("fLaC"u8) || file.StartsWith("OggS"u8) || file.StartsWith("ID3"u8)
        || (file.Length > 2 && file[0] == 0xFF && (file[1] & 0xE6) == 0xE2);

    public int Read(Span<float> interleaved)
    {
        ObjectDisposedException.ThrowIf(_sound == 0, this);
        long frames;
        fixed (float* samples = interleaved)
        {
            frames = _library.Read(_sound, samples, interleaved.Length / Channels);
        }

        _read += Math.Max(0, frames);
        if (frames <= 0 && Frames is { } promised && _read < promised)
        {
            throw MeshException.InvalidArgument(
                $"A recording is cut off or damaged: its header says {promised} frames, {_read} could be decoded. Upload the whole file.");
        }

        return (int)Math.Max(0, frames);
    }

    public void Dispose()
    {
        if (_sound != 0)
        {
            _library.Close(_sound);
            _sound = 0;
        }

        NativeMemory.Free(_file);
        _file = null;
        _bytes.Dispose();
    }
}
