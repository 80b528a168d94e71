using System.Data.Common;
using Skipper.Services.Training.Evidence;
using Skipper.Services.Training.Experiments;
using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Rpc;

namespace Skipper.Services.Training.Trainings;

/// <summary>
/// A training from the plan to the numbers, as a run of its experiment: an attempt goes on where the one before was killed, and makes
/// the same model.
/// </summary>
internal sealed partial class TrainingJob(
    IRpcClient rpc,
    SplitReader splits,
    CheckpointStore checkpoints,
    ExperimentStore experiments,
    TimeProvider time,
    ILogger<TrainingJob> logger)
{
    // A split reads and writes the whole dataset, which may take longer than a usual call.
    private static readonly TimeSpan SplitTimeout = TimeSpan.FromMinutes(5);

    // Several times within the silence after which a run counts as lost.
    private static readonly TimeSpan BetweenSigns = TimeSpan.FromSeconds(15);

    /// <summary>Trains, and hands the result on; the run has succeeded when that has.</summary>
    /// <param name="plan">What to train.</param>
    /// <param name="trial">Number of the trial; null = no search.</param>
    /// <param name="context">Whose step it is.</param>
    /// <param name="keep">Keeps what was made and returns the run with what it was made to.</param>
    /// <param name="cancellationToken">Looked at in each round.</param>
    public async Task<ExperimentRun> RunAsync(
        TrainingPlan plan,
        int? trial,
        MessageContext context,
        Func<TrainedData, ExperimentRun, Task<ExperimentRun>> keep,
        CancellationToken cancellationToken)
    {
        var run = await BeginAsync(plan, trial, context, cancellationToken);
        using var ended = new CancellationTokenSource();
        var signs = SignAsync(run.Id, ended.Token);
        try
        {
            var (result, measured) = await TrainAsync(plan, run, context, cancellationToken);
            run = measured;

            // An attempt that is killed while it keeps the result, or after, has told what it measured.
            await experiments.SaveAsync(run, cancellationToken);
            run = await keep(result, run);
            await EndAsync(run, context, cancellationToken);
            return run;
        }
        catch (Exception exception) // However it ends, the run says so.
        {
            var state = exception is OperationCanceledException ? RunStates.Cancelled : RunStates.Failed;
            await NoteAsync(run with { State = state, EndedAt = time.GetUtcNow(), Error = exception.Message });
            throw;
        }
        finally
        {
            await ended.CancelAsync();
            await signs.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The run of a step, which an earlier attempt may have ended; null = it was not begun.</summary>
    public Task<ExperimentRun?> FindAsync(MessageContext context, CancellationToken cancellationToken) => context.StepId is { } id
        ? experiments.FindAsync(id, cancellationToken)
        : Task.FromResult<ExperimentRun?>(null);

    /// <summary>The run has its result; nobody will need its checkpoints.</summary>
    public async Task EndAsync(ExperimentRun run, MessageContext context, CancellationToken cancellationToken)
    {
        await experiments.SaveAsync(run with { State = RunStates.Succeeded, EndedAt = time.GetUtcNow() }, cancellationToken);
        if (context.StepId is { } stepId)
        {
            await checkpoints.DeleteAsync(stepId, cancellationToken);
        }
    }

    private async Task<ExperimentRun> BeginAsync(
        TrainingPlan plan, int? trial, MessageContext context, CancellationToken cancellationToken)
    {
        var earlier = await FindAsync(context, cancellationToken);
        var run = new ExperimentRun
        {
            Id = context.StepId ?? Guid.CreateVersion7(time.GetUtcNow()),
            Experiment = plan.Experiment,
            State = RunStates.Running,
            RunId = context.RunId,
            Trial = trial,
            Attempts = (earlier?.Attempts ?? 0) + 1,
            Task = plan.Task.Name(),
            Engine = plan.Engine.Name,
            EngineVersion = plan.Engine.Version,
            EngineReason = plan.EngineReason,
            Parameters = plan.Parameters,
            Seed = plan.Seed,
            Dataset = plan.Split.Data!.Dataset!,
            DatasetVersion = plan.Split.Data.Version,
            Targets = plan.Targets,
            CodeVersion = VersionFacts.CodeVersion,
            Environment = RunEnvironment.Facts,
            StartedAt = earlier?.StartedAt ?? time.GetUtcNow(),
        };
        await experiments.SaveAsync(run, cancellationToken);
        return run with { Series = earlier?.Series ?? [] };
    }

    private async Task<(TrainedData Data, ExperimentRun Run)> TrainAsync(
        TrainingPlan plan, ExperimentRun run, MessageContext context, CancellationToken cancellationToken)
    {
        context.Report(1, $"splitting {plan.Split.Data!.Dataset}");
        var split = await rpc.CallAsync(plan.Split, SplitTimeout, cancellationToken);
        var data = PreparedData.Create(plan, split, await splits.ReadAsync(split, cancellationToken));
        run = run with
        {
            DatasetVersion = split.Dataset.Version,
            DatasetDigest = split.Dataset.Digest,
            Features = [.. split.Features.Select(feature => feature.Name)],
        };
        await experiments.SaveAsync(run, cancellationToken);

        var notes = new JobNotes(context, run.Id, checkpoints, experiments, logger);
        await notes.ReadAsync(plan.Folds + 1, cancellationToken);
        var progress = new JobProgress(plan, run.Series, notes, time);
        var result = await TrainAsync(plan, data, progress, notes, context, cancellationToken);
        await experiments.SaveSeriesAsync(run.Id, progress.Series, cancellationToken);
        run = run with
        {
            ResumedAt = progress.ResumedAt,
            Metrics = result.Metrics,
            Folds = result.Folds,
            CrossValidation = Folds.Summarize(result.Folds),
            Series = [],
        };
        return (new TrainedData(split, data, result), run);
    }

    private async Task<TrainingResult> TrainAsync(
        TrainingPlan plan,
        PreparedData data,
        JobProgress progress,
        JobNotes notes,
        MessageContext context,
        CancellationToken cancellationToken)
    {
        using var limit = plan.Limits.Seconds is { } seconds
            ? new CancellationTokenSource(TimeSpan.FromSeconds(seconds), time)
            : new CancellationTokenSource();
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            try
            {
                return await ModelTrainer.TrainAsync(plan, data, progress, both.Token);
            }
            catch (InvalidDataException exception) when (notes.Forget())
            {
                // Of another version of the library, or of data that have changed since.
                LogUseless(exception, context.StepId);
                return await ModelTrainer.TrainAsync(plan, data, progress, both.Token);
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new MeshException(
                ErrorCode.DeadlineExceeded,
                FormattableString.Invariant(
                    $"The training took longer than data.limits.seconds allows, which are {plan.Limits.Seconds:R}."));
        }
    }

    /// <summary>Gives signs of life until it is told to end.</summary>
    private async Task SignAsync(Guid runId, CancellationToken ended)
    {
        using var timer = new PeriodicTimer(BetweenSigns, time);
        while (await timer.WaitForNextTickAsync(ended))
        {
            try
            {
                await experiments.SignAsync(runId, ended);
            }
            catch (DbException exception)
            {
                LogNoSign(exception, runId);
            }
        }
    }

    private async Task NoteAsync(ExperimentRun run)
    {
        try
        {
            await experiments.SaveAsync(run, CancellationToken.None);
        }
        catch (DbException exception)
        {
            LogNotNoted(exception, run.Experiment, run.Id);
        }
    }
}

/// <summary>What was trained, on what.</summary>
internal sealed record TrainedData(DatasetSplit Split, PreparedData Data, TrainingResult Result);
