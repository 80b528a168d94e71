namespace Skipper.Services.Training.Trainings;

internal sealed partial class TrainModelHandler
{
    [LoggerMessage(LogLevel.Information, "Trained {Model} version {Version} with {Engine} in {Seconds:0.0} s (run {RunId})")]
    private partial void LogTrained(string model, int version, string engine, double seconds, Guid? runId);

    [LoggerMessage(LogLevel.Warning, "Could not announce {Model} version {Version}; serving finds it within a minute")]
    private partial void LogPublishFailed(Exception exception, string model, int version);
}
