using Skipper.Services.Training.Trainings;
using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Training.Searches;

/// <summary>Draws the trials of a search.</summary>
internal sealed class PlanSearchHandler(EngineCatalog engines) : IMessageHandler<PlanSearch, TrialList>
{
    public Task<TrialList> HandleAsync(PlanSearch message, MessageContext context, CancellationToken cancellationToken)
    {
        var task = message.Data.Task is { } name ? ModelTasks.Parse(name) : ModelTask.Regression;
        var (engine, _) = engines.Choose(message.Data.Engine, task, hasMissing: false);
        return Task.FromResult(new TrialList { Trials = SearchDraw.Draw(message.Data, engine) });
    }
}

/// <summary>Takes the best trials: the rung of a successive halving, or the end of a search.</summary>
internal sealed class SelectTrialsHandler : IMessageHandler<SelectTrials, TrialSelection>
{
    private const double DefaultFactor = 3;

    public Task<TrialSelection> HandleAsync(SelectTrials message, MessageContext context, CancellationToken cancellationToken)
    {
        var (results, grow, factor) = (message.Data.Results, message.Data.Grow, message.Data.Factor ?? DefaultFactor);
        TrainingRequest.Require(results.Count > 0, "data.results must have at least one trial, was empty");
        var keep = message.Data.Keep ?? Math.Max(1, results.Count / 3);
        TrainingRequest.Require(
            keep >= 1 && keep <= results.Count, $"data.keep must be from 1 to the number of results, {results.Count}, was {keep}");
        TrainingRequest.Require(factor is > 0 and < 1e6, FormattableString.Invariant($"data.factor must be more than 0, was {factor:R}"));
        foreach (var result in results)
        {
            TrainingRequest.Require(
                grow is null || result.Trial.Parameters.ContainsKey(grow),
                $"data.grow must name a parameter of all trials, trial {result.Trial.Number} has no '{grow}'");
        }

        var best = results.OrderBy(result => result.Score).ThenBy(result => result.Trial.Number).ToList();
        return Task.FromResult(new TrialSelection
        {
            Best = best[0],
            Trials = [.. best.Take(keep).Select(result => grow is null ? result.Trial : Grow(result.Trial, grow, factor))],
        });
    }

    private static Trial Grow(Trial trial, string parameter, double factor) => trial with
    {
        Parameters = new Dictionary<string, double>(trial.Parameters)
        {
            [parameter] = Math.Round(trial.Parameters[parameter] * factor),
        },
    };
}
