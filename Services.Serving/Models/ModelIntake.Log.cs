namespace Skipper.Services.Serving.Models;

internal sealed partial class ModelIntake
{
    [LoggerMessage(LogLevel.Information, "Loaded {Model} version {Version} ({Engine})")]
    private partial void LogLoaded(string model, int version, string engine);

    [LoggerMessage(LogLevel.Information, "Unloaded {Model}, or some of its versions, by request")]
    private partial void LogUnloaded(string model);

    [LoggerMessage(LogLevel.Error, "Could not load {Model} version {Version}; version {Serving} goes on serving")]
    private partial void LogNotLoaded(Exception exception, string model, int version, int? serving);

    [LoggerMessage(LogLevel.Warning, "Could not remember {Model} version {Version} for a start without the training service")]
    private partial void LogNotRemembered(Exception exception, string model, int version);
}
