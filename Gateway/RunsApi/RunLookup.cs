using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.RunsApi;

/// <summary>Runs and steps by what stands in a path; unknown is 404.</summary>
internal static class RunLookup
{
    public static MeshException Unknown(string id) =>
        MeshException.NotFound($"There is no run '{id}'. It never existed, or it was deleted because of its age.");

    public static Guid Id(string id) => Guid.TryParseExact(id, "D", out var parsed) ? parsed : throw Unknown(id);

    public static async Task<RunRow> RunAsync(this RunReader runs, string id, CancellationToken cancellationToken) =>
        await runs.FindAsync(Id(id), cancellationToken) ?? throw Unknown(id);

    public static async Task<StepRow> StepAsync(this RunReader runs, string id, string step, CancellationToken cancellationToken)
    {
        if (await runs.StepAsync(Id(id), step, cancellationToken) is { } found)
        {
            return found;
        }

        var run = await runs.RunAsync(id, cancellationToken);
        var names = (await runs.StepsAsync(run.Id, cancellationToken)).Select(known => known.Step).Take(20);
        throw MeshException.NotFound($"Run {id} has no step '{step}'; it has {string.Join(", ", names)}.");
    }
}
