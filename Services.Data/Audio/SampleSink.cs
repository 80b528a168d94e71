namespace Skipper.Services.Data.Audio;

/// <summary>Gathers samples, through a resampler where there is one.</summary>
/// <param name="resampler">Disposed with the sink; null = samples stay as they are.</param>
/// <param name="expected">How many there will be; more are taken, too.</param>
internal sealed class SampleSink(Resampler? resampler, int expected) : IDisposable
{
    /// <summary>Room that is offered to the resampler at once.</summary>
    private const int Room = 8192;

    private float[] _samples = new float[expected + Room];
    private int _count;

    public void Write(ReadOnlySpan<float> samples)
    {
        if (resampler is null)
        {
            samples.CopyTo(Free(samples.Length));
            _count += samples.Length;
            return;
        }

        while (!samples.IsEmpty)
        {
            samples = samples[Resample(samples).Taken..];
        }
    }

    /// <summary>All samples; cut, or filled up with silence, to a length.</summary>
    public ReadOnlyMemory<float> Finish(int length)
    {
        while (resampler is not null && Resample([]).Made > 0)
        {
        }

        _ = Free(Math.Max(0, length - _count));
        return _samples.AsMemory(0, length);
    }

    public void Dispose() => resampler?.Dispose();

    private (int Taken, int Made) Resample(ReadOnlySpan<float> samples)
    {
        var result = resampler!.Process(samples, Free(Room));
        _count += result.Made;
        return result;
    }

    private Span<float> Free(int count)
    {
        if (_samples.Length - _count < count)
        {
            Array.Resize(ref _samples, (int)Math.Min(Array.MaxLength, Math.Max(_count + (long)count, 2L * _samples.Length)));
        }

        return _samples.AsSpan(_count, count);
    }
}
