namespace Skipper.Services.Data.Audio;

internal sealed partial class AudioLibraryReport
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Recordings cannot be resampled here: {Reason}")]
    private partial void LogCannotResample(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "FLAC, Ogg and MP3 cannot be decoded here, only WAV: {Reason}")]
    private partial void LogCannotDecode(string reason);
}
