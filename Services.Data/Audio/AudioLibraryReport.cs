namespace Skipper.Services.Data.Audio;

/// <summary>Says at start which libraries are missing, rather than at the first recording that needs them.</summary>
internal sealed partial class AudioLibraryReport(SoxrLibrary soxr, SndFileLibrary sndFile, ILogger<AudioLibraryReport> logger)
    : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (soxr.Missing is { } noSoxr)
        {
            LogCannotResample(noSoxr);
        }

        if (sndFile.Missing is { } noSndFile)
        {
            LogCannotDecode(noSndFile);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
