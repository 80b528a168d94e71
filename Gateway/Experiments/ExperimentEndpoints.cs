using Skipper.Gateway.Docs;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Rpc;

namespace Skipper.Gateway.Experiments;

/// <summary>What was trained, with what, and how good it was, as the training service has noted it.</summary>
internal static class ExperimentEndpoints
{
    public static void MapExperiments(this WebApplication app)
    {
        var experiments = app.MapGroup("/api/v1/skipper/experiments").WithTags("experiments");
        experiments.MapGet("/", ListAsync).WithDocs(ExperimentDocs.List);
        experiments.MapGet("/{name}/runs", ListRunsAsync).WithDocs(ExperimentDocs.ListRuns);
        experiments.MapGet("/runs/{id:guid}", FindRunAsync).WithDocs(ExperimentDocs.FindRun);
        experiments.MapGet("/compare", CompareAsync).WithDocs(ExperimentDocs.Compare);
    }

    private static Task<IResult> ListAsync(IRpcClient rpc, CancellationToken cancellationToken) =>
        AnswerAsync(rpc, new ListExperiments(), cancellationToken);

    private static Task<IResult> ListRunsAsync(
        string name, string? state, int? limit, IRpcClient rpc, CancellationToken cancellationToken) => AnswerAsync(
        rpc, new ListExperimentRuns { Data = new() { Experiment = name, State = state, Limit = limit } }, cancellationToken);

    private static Task<IResult> FindRunAsync(Guid id, IRpcClient rpc, CancellationToken cancellationToken) =>
        AnswerAsync(rpc, new FindExperimentRun { Data = new() { Id = id } }, cancellationToken);

    private static Task<IResult> CompareAsync(string? ids, IRpcClient rpc, CancellationToken cancellationToken) =>
        AnswerAsync(rpc, new CompareExperimentRuns { Data = new() { Ids = ReadIds(ids) } }, cancellationToken);

    private static async Task<IResult> AnswerAsync<TReply>(IRpcClient rpc, IRequest<TReply> request, CancellationToken cancellationToken) =>
        Results.Json(await rpc.CallAsync(request, null, cancellationToken), MessageJson.Options);

    private static List<Guid> ReadIds(string? ids) => [.. (ids ?? "")
        .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(text => Guid.TryParse(text, out var id)
            ? id
            : throw new BadHttpRequestException($"ids must be ids of runs with commas between them, found '{text}'."))];
}
