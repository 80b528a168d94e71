namespace Skipper.Services.Training.Trainings;

internal sealed partial class TrainModelHandler
{
    [LoggerMessage(LogLevel.Information, "Trained {Model} version {Version} with {Engine} in {Seconds:0.0} s (run {RunId})")]
    private partial void LogTrained(string model, int version, string engine, double seconds, Guid? runId);
}
