using System.Buffers.Binary;

namespace Skipper.Services.Data.Audio;

/// <summary>Samples of a WAV file as floats, scaled as libsndfile does: by 2^7, 2^15, 2^23 or 2^31; floats as they are.</summary>
internal sealed class WaveReader(ReadOnlyMemory<byte> file) : IAudioReader
{
    private readonly WaveHeader _header = WaveHeader.Parse(file.Span);
    private int _read;

    public int SampleRate => _header.Format.SampleRate;

    public int Channels => _header.Format.Channels;

    public long? Frames => _header.Length / _header.Format.BytesPerFrame;

    public int Read(Span<float> interleaved)
    {
        var bytesPerFrame = _header.Format.BytesPerFrame;
        var frames = Math.Min(interleaved.Length / Channels, (_header.Length - _read) / bytesPerFrame);
        var bytes = file.Span.Slice(_header.Start + _read, frames * bytesPerFrame);
        Decode(_header.Format.Encoding, bytes, interleaved[..(frames * Channels)]);
        _read += bytes.Length;
        return frames;
    }

    public void Dispose()
    {
    }

    private static void Decode(WaveEncoding encoding, ReadOnlySpan<byte> bytes, Span<float> samples)
    {
        switch (encoding)
        {
            case WaveEncoding.Unsigned8:
                Decode(bytes, samples, 1, static sample => (sample[0] - 128) / 128f);
                break;
            case WaveEncoding.Integer16:
                Decode(bytes, samples, 2, static sample => BinaryPrimitives.ReadInt16LittleEndian(sample) / 32768f);
                break;
            case WaveEncoding.Integer24:
                Decode(bytes, samples, 3, static sample => ((sample[0] << 8) | (sample[1] << 16) | (sample[2] << 24)) / 2147483648f);
                break;
            case WaveEncoding.Integer32:
                Decode(bytes, samples, 4, static sample => BinaryPrimitives.ReadInt32LittleEndian(sample) / 2147483648f);
                break;
            case WaveEncoding.Float32:
                Decode(bytes, samples, 4, static sample => BinaryPrimitives.ReadSingleLittleEndian(sample));
                break;
            case WaveEncoding.Float64:
                Decode(bytes, samples, 8, static sample => (float)BinaryPrimitives.ReadDoubleLittleEndian(sample));
                break;
            case WaveEncoding.ALaw:
                Decode(bytes, samples, 1, static sample => Companding.ALaw(sample[0]) / 32768f);
                break;
            case WaveEncoding.MuLaw:
                Decode(bytes, samples, 1, static sample => Companding.MuLaw(sample[0]) / 32768f);
                break;
        }
    }

    private static void Decode(ReadOnlySpan<byte> bytes, Span<float> samples, int size, Func<ReadOnlySpan<byte>, float> decode)
    {
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = decode(bytes.Slice(i * size, size));
        }
    }
}
