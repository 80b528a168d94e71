using Microsoft.Extensions.Options;
using Skipper.Gateway.Tasks;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Gateway.Workers;

/// <summary>Asks the broker how the queues of all known task types are, and those of the mesh itself.</summary>
internal sealed class QueueReader(ITransport transport, IOptions<TaskOptions> tasks, WorkerStore store)
{
    /// <summary>By name; the mesh's own queues last.</summary>
    /// <exception cref="Shared.Messaging.Errors.MeshException">There is no connection to the broker.</exception>
    public async Task<IReadOnlyList<QueueReply>> ListAsync(CancellationToken cancellationToken)
    {
        var open = (await store.OpenAsync(cancellationToken)).ToLookup(steps => steps.Queue, StringComparer.Ordinal);
        var names = tasks.Value.Types.Values.Select(route => route.Queue).Concat(open.Select(steps => steps.Key))
            .Append(Queues.Control).Append(Queues.Results).Append(Queues.Dead).Distinct(StringComparer.Ordinal);
        var queues = new List<QueueReply>();
        foreach (var name in names.OrderBy(Queues.IsInternal).ThenBy(name => name, StringComparer.Ordinal))
        {
            var state = await transport.InspectAsync(name, cancellationToken);
            queues.Add(new QueueReply(
                name,
                state is not null,
                state?.Consumers ?? 0,
                state?.Waiting ?? 0,
                open[name].Where(steps => !steps.IsRunning).Sum(steps => steps.Count),
                open[name].Where(steps => steps.IsRunning).Sum(steps => steps.Count)));
        }

        return queues;
    }
}

/// <summary>A queue as it is now.</summary>
/// <param name="Queue">Its name.</param>
/// <param name="Exists">Whether the broker has it; a worker makes it when it first starts.</param>
/// <param name="Consumers">How many listen: one for each process that handles it.</param>
/// <param name="Waiting">Messages that nobody has taken yet.</param>
/// <param name="QueuedSteps">Steps of runs that are to be worked on there, in the database or the broker.</param>
/// <param name="RunningSteps">Steps that a worker has in hand.</param>
internal sealed record QueueReply(string Queue, bool Exists, int Consumers, int Waiting, int QueuedSteps, int RunningSteps);
