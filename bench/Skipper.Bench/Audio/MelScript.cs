using System.Diagnostics;
using System.Text.Json;
using Skipper.Services.Data.Audio;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Bench.Audio;

/// <summary>The process of <c>mel.py</c>, on one thread, with one clip.</summary>
internal sealed class MelScript : IDisposable
{
    private readonly Process _process;
    private readonly string _result;

    private MelScript(Process process, string result) => (_process, _result) = (process, result);

    public static MelScript Start(string folder, Waveform waveform)
    {
        var (samples, result) = (Path.Combine(folder, "samples.npy"), Path.Combine(folder, "result.npy"));
        using (var file = File.Create(samples))
        {
            var column = Array.ConvertAll(waveform.Samples.ToArray(), sample => (double)sample);
            NpyFile.Write(file, new Matrix(column.Length, 1, column));
        }

        var script = Path.Combine(AppContext.BaseDirectory, "Audio", "mel.py");
        var start = new ProcessStartInfo("/usr/bin/python3", [script, samples, result])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        (start.Environment["OPENBLAS_NUM_THREADS"], start.Environment["OMP_NUM_THREADS"]) = ("1", "1");
        return new MelScript(Process.Start(start)!, result);
    }

    /// <summary>Seconds of one spectrogram.</summary>
    public async Task<double> RunAsync(string peer, int rate, MelSettings settings)
    {
        var request = new { peer, rate, n_fft = settings.FftLength, hop = settings.HopLength, bands = settings.Bands };
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(request));
        await _process.StandardInput.FlushAsync();
        var answer = await _process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException("mel.py ended without an answer.");
        using var said = JsonDocument.Parse(answer);
        return said.RootElement.GetProperty("seconds").GetDouble();
    }

    /// <summary>Two that come to other numbers do not do the same work.</summary>
    public void Compare(Spectrogram ours, double tolerance)
    {
        using var file = File.OpenRead(_result);
        var theirs = NpyFile.Read(file);
        var largest = theirs.Values.Zip(ours.Values, (a, b) => Math.Abs(a - b)).Max();
        if (theirs.Values.Length != ours.Values.Length || !(largest <= tolerance))
        {
            throw new InvalidOperationException(
                $"The spectrograms differ by {largest} dB in {ours.Values.Length} and {theirs.Values.Length} values, "
                + $"{tolerance} dB is allowed.");
        }
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
