using System.Data.Common;
using Skipper.Services.Training.Experiments;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Training.Trainings;

/// <summary>
/// What an attempt leaves for the next one, for people who watch, and for later. A training does not fail because a note cannot be
/// written: it would only have to begin further back.
/// </summary>
internal sealed partial class JobNotes(
    MessageContext context, Guid runId, CheckpointStore checkpoints, ExperimentStore experiments, ILogger logger)
{
    private Dictionary<int, Checkpoint> _earlier = [];

    /// <summary>A call that is no step of a run has no next attempt.</summary>
    public bool AreKept => context.StepId is not null;

    /// <summary>What an earlier attempt has left of a model.</summary>
    public Checkpoint? Find(int number) => _earlier.GetValueOrDefault(number);

    /// <summary>Reads what an earlier attempt has left.</summary>
    public async Task ReadAsync(int models, CancellationToken cancellationToken)
    {
        if (context.StepId is not { } stepId)
        {
            return;
        }

        for (var number = 0; number < models; number++)
        {
            if (await checkpoints.FindAsync(stepId, number, cancellationToken) is { } checkpoint)
            {
                _earlier[number] = checkpoint;
            }
        }
    }

    /// <summary>Forgets what an earlier attempt has left, which turned out to be of no use; false where there is nothing.</summary>
    public bool Forget()
    {
        var had = _earlier.Count > 0;
        _earlier = [];
        return had;
    }

    public void Report(double percent, string text) => context.Report(percent, text);

    public void Save(int number, Checkpoint checkpoint, IReadOnlyList<MetricSeries> series)
    {
        if (context.StepId is not { } stepId)
        {
            return;
        }

        try
        {
            checkpoints.SaveAsync(stepId, number, checkpoint, CancellationToken.None).GetAwaiter().GetResult();
            experiments.SaveSeriesAsync(runId, series, CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (DbException exception)
        {
            LogNotSaved(exception, stepId);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Could not keep a checkpoint of step {StepId}; a crash now would cost the work since the last one")]
    private partial void LogNotSaved(Exception exception, Guid stepId);
}
