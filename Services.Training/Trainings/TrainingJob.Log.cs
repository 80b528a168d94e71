namespace Skipper.Services.Training.Trainings;

internal sealed partial class TrainingJob
{
    [LoggerMessage(LogLevel.Warning, "The checkpoint of step {StepId} cannot be used; the training begins anew")]
    private partial void LogUseless(Exception exception, Guid? stepId);

    [LoggerMessage(LogLevel.Warning, "Could not note in experiment {Experiment} how run {Run} ended")]
    private partial void LogNotNoted(Exception exception, string experiment, Guid run);

    [LoggerMessage(LogLevel.Warning, "Could not give a sign of life for run {Run}; without any it is shown as lost after a minute")]
    private partial void LogNoSign(Exception exception, Guid run);
}
