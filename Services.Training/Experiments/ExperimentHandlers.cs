using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Training.Experiments;

internal sealed class ListExperimentsHandler(ExperimentStore experiments) : IMessageHandler<ListExperiments, ExperimentList>
{
    public async Task<ExperimentList> HandleAsync(
        ListExperiments message, MessageContext context, CancellationToken cancellationToken) =>
        new() { Experiments = await experiments.SummarizeAsync(cancellationToken) };
}

internal sealed class ListExperimentRunsHandler(ExperimentStore experiments) : IMessageHandler<ListExperimentRuns, ExperimentRunList>
{
    private const int DefaultLimit = 100;
    private const int MostRuns = 1000;

    public async Task<ExperimentRunList> HandleAsync(
        ListExperimentRuns message, MessageContext context, CancellationToken cancellationToken)
    {
        var (name, state, limit) = (message.Data.Experiment, message.Data.State, message.Data.Limit ?? DefaultLimit);
        if (limit is < 1 or > MostRuns)
        {
            throw MeshException.InvalidArgument($"data.limit must be from 1 to {MostRuns}, was {limit}.");
        }

        if (state is not null && !RunStates.IsKnown(state))
        {
            throw MeshException.InvalidArgument($"data.state must be running, succeeded, failed, cancelled or lost, was '{state}'.");
        }

        var runs = await experiments.ListAsync(name, state, limit, cancellationToken);
        return runs.Count > 0 || (await experiments.SummarizeAsync(cancellationToken)).Any(known => known.Name == name)
            ? new ExperimentRunList { Runs = runs }
            : throw MeshException.NotFound($"There is no experiment '{name}'.");
    }
}

internal sealed class FindExperimentRunHandler(ExperimentStore experiments) : IMessageHandler<FindExperimentRun, ExperimentRun>
{
    public async Task<ExperimentRun> HandleAsync(
        FindExperimentRun message, MessageContext context, CancellationToken cancellationToken) =>
        await experiments.FindAsync(message.Data.Id, cancellationToken)
        ?? throw MeshException.NotFound($"There is no run {message.Data.Id}.");
}

internal sealed class CompareExperimentRunsHandler(ExperimentStore experiments)
    : IMessageHandler<CompareExperimentRuns, ExperimentComparison>
{
    private const int MostRuns = 50;

    public async Task<ExperimentComparison> HandleAsync(
        CompareExperimentRuns message, MessageContext context, CancellationToken cancellationToken)
    {
        var ids = message.Data.Ids;
        if (ids.Count is < 2 or > MostRuns || ids.Distinct().Count() < ids.Count)
        {
            throw MeshException.InvalidArgument($"data.ids must be 2 to {MostRuns} different runs, found {ids.Count}.");
        }

        var runs = new List<ExperimentRun>();
        foreach (var id in ids)
        {
            var run = await experiments.FindAsync(id, cancellationToken) ?? throw MeshException.NotFound($"There is no run {id}.");
            runs.Add(run with { Series = [] });
        }

        return RunComparison.Compare(runs);
    }
}
