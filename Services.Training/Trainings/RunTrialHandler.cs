using Skipper.Services.Training.Experiments;
using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Arrays;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Training.Trainings;

/// <summary>Trains, scores, and keeps the run and its predictions, but no model.</summary>
internal sealed class RunTrialHandler(EngineCatalog engines, TrainingJob job, IArtifactStore artifacts)
    : IMessageHandler<RunTrial, TrialResult>
{
    public async Task<TrialResult> HandleAsync(RunTrial message, MessageContext context, CancellationToken cancellationToken)
    {
        var training = message.Data.Training ?? new TrainingOptions();
        var trial = message.Data.Trial ?? new Trial { Number = 0, Parameters = new Dictionary<string, double>() };
        var parameters = new Dictionary<string, double>(training.Parameters ?? new Dictionary<string, double>());
        foreach (var (name, value) in trial.Parameters)
        {
            parameters[name] = value;
        }

        // The run has the id of the step: an attempt that comes after the result answers it again, and nothing is done twice.
        var run = await job.FindAsync(context, cancellationToken);
        if (run?.State != RunStates.Succeeded)
        {
            var plan = TrainingPlan.Create(message.Payload, training with { Parameters = parameters }, engines);
            run = await job.RunAsync(plan, message.Data.Trial?.Number, context, KeepAsync, cancellationToken);
        }

        run = run with { Series = [] };
        context.Report(100, "scored");
        var judged = run.CrossValidation.Count > 0 ? run.CrossValidation : run.Metrics.Where(metric => metric.Part == "validation");
        return new TrialResult { Trial = trial, Score = TrainingScores.Score(judged), Run = run };

        async Task<ExperimentRun> KeepAsync(TrainedData trained, ExperimentRun measured)
        {
            context.Report(96, "keeping predictions");
            using var file = new MemoryStream();
            NpyFile.Write(file, trained.Result.Predictions);
            file.Position = 0;
            return measured with { Predictions = await artifacts.PutAsync(file, cancellationToken) };
        }
    }
}
