namespace Skipper.Services.Data.Audio;

/// <summary>A matrix of bands by frames, row after row: the shape of librosa's arrays.</summary>
/// <param name="Bands">Rows; the first is the lowest band.</param>
/// <param name="Frames">Columns; the first is the earliest frame.</param>
/// <param name="Values">Bands * Frames values.</param>
internal sealed record Spectrogram(int Bands, int Frames, float[] Values)
{
    public float this[int band, int frame] => Values[(band * Frames) + frame];
}
