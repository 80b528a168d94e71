using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Training.Trainings;

/// <summary>
/// Follows a training round by round: reports with the time that is left, collects metrics, keeps checkpoints, holds limits. All of
/// it on the training's own thread, which may wait.
/// </summary>
internal sealed class JobProgress(
    TrainingPlan plan,
    IReadOnlyList<MetricSeries> earlier,
    JobNotes notes,
    TimeProvider time) : IModelProgress
{
    private const double Megabyte = 1024 * 1024;

    // Losing so much work costs less than writing more often.
    private static readonly TimeSpan BetweenCheckpoints = TimeSpan.FromSeconds(1);

    private readonly MetricRecorder _metrics = new(plan.Targets, earlier);
    private readonly long _memoryAtStart = Environment.WorkingSet;
    private long? _saved;
    private int _done;

    /// <summary>Metrics in the rounds of the model that is kept.</summary>
    public IReadOnlyList<MetricSeries> Series => _metrics.Series;

    /// <summary>The round with which the model that is kept went on; null = it began anew.</summary>
    public int? ResumedAt { get; private set; }

    public byte[]? FindFinished(int number)
    {
        if (notes.Find(number) is not { Finished: true } checkpoint)
        {
            return null;
        }

        _done++;
        return checkpoint.Content;
    }

    public TrainingWatch Watch(int number)
    {
        var checkpoint = notes.Find(number)?.Content;
        var (started, first) = (time.GetTimestamp(), double.NaN);
        return new TrainingWatch
        {
            Checkpoint = checkpoint,
            Progress = (percent, text) =>
            {
                RequireMemory();
                first = double.IsNaN(first) ? percent : first;
                Report(number, percent, $"{text}{Remaining(time.GetElapsedTime(started), percent - first, 100 - percent)}");
            },
            Metric = metric =>
            {
                if (number == ModelTrainer.Kept)
                {
                    ResumedAt ??= checkpoint is null ? null : metric.Round;
                    _metrics.Add(metric);
                }
            },
            SaveCheckpoint = notes.AreKept ? content => Save(number, content) : null,
        };
    }

    public void Finish(int number, byte[] file)
    {
        _done++;
        notes.Save(number, new Checkpoint { Finished = true, Content = file }, Series);
    }

    private void Save(int number, byte[] content)
    {
        if (_saved is { } saved && time.GetElapsedTime(saved) < BetweenCheckpoints)
        {
            return;
        }

        notes.Save(number, new Checkpoint { Content = content }, Series);
        _saved = time.GetTimestamp();
    }

    private void Report(int number, double percent, string text)
    {
        var models = plan.Folds + 1;
        var fold = number == ModelTrainer.Kept ? "" : $"fold {number} of {plan.Folds}, ";
        notes.Report(5 + (90 * (_done + (percent / 100)) / models), $"{fold}{text}");
    }

    private static string Remaining(TimeSpan elapsed, double done, double left) => done <= 0
        ? ""
        : FormattableString.Invariant($", {Math.Ceiling(elapsed.TotalSeconds * left / done):0} s left");

    private void RequireMemory()
    {
        if (plan.Limits.Megabytes is null)
        {
            return;
        }

        var used = (Environment.WorkingSet - _memoryAtStart) / Megabyte;
        if (used > plan.Limits.Megabytes)
        {
            throw new MeshException(
                ErrorCode.ResourceExhausted,
                FormattableString.Invariant(
                    $"The training has taken {used:0} MiB, allowed by data.limits.megabytes are {plan.Limits.Megabytes:R}."))
            {
                // The next attempt would need as much.
                Retryable = false,
            };
        }
    }
}
