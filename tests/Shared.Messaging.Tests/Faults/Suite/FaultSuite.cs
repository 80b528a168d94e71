using Skipper.Testing;

namespace Skipper.Shared.Messaging.Tests.Faults.Suite;

/// <summary>Brings a fault about while callers call, and counts what became of every call.</summary>
internal sealed class FaultSuite(PrivateServers servers, FaultSuiteOptions options, TimeProvider time)
{
    public async Task<FaultResult> RunAsync(Fault fault, CancellationToken cancellationToken)
    {
        var context = new FaultContext(servers, options.Outage, time, cancellationToken);
        await (fault.PrepareAsync?.Invoke(context) ?? Task.CompletedTask);
        try
        {
            return await RunAsync(fault, context);
        }
        finally
        {
            await (fault.CleanUpAsync?.Invoke(context) ?? Task.CompletedTask);
        }
    }

    private async Task<FaultResult> RunAsync(Fault fault, FaultContext context)
    {
        var isThere = fault.Name != "broker away at start";
        await using var mesh = await FaultMesh.StartAsync(context.Broker, waitUntilReady: isThere, context.CancellationToken);
        var load = new FaultLoad(mesh, options.Deadline, options.Patience, time);
        (context.Mesh, context.Load) = (mesh, load);
        var calling = load.RunAsync(options.Callers);
        try
        {
            await UntilAsync(() => !isThere || load.Answered >= options.Calls / 2, "traffic flows before the fault");
            await fault.InjectAsync(context);
            load.MarkBack();
            var before = new Dictionary<string, int>(mesh.Runs.ByWorker);
            await UntilAsync(() => load.AnsweredSinceBack >= options.Calls / 2, $"traffic flows after: {fault}");
            // More than a worker could have had in hand when it was struck.
            await UntilAsync(
                () => mesh.Runs.ByWorker.Count(worker =>
                    worker.Value > before.GetValueOrDefault(worker.Key) + FaultMesh.Concurrency) == FaultMesh.Workers,
                $"every worker works again after: {fault}");
            await UntilAsync(() => load.Made >= options.Calls, "enough calls were made");
        }
        finally
        {
            await load.StopAsync();
            await calling;
        }

        await UntilAsync(() => mesh.Ledger.Open == 0, "the workers have answered what they were given", orElse: false);
        return load.Result(fault.Name, mesh.Runs.Repeated, mesh.Ledger.Open);

        async Task UntilAsync(Func<bool> condition, string expectation, bool orElse = true)
        {
            try
            {
                await Eventually.TrueAsync(condition, expectation, context.CancellationToken);
            }
            catch (TimeoutException) when (!orElse)
            {
                // What is still open is counted, and reported.
            }
        }
    }
}

/// <summary>How hard to try.</summary>
/// <param name="Callers">How many call at the same time.</param>
/// <param name="Calls">How many calls each fault must meet.</param>
/// <param name="Deadline">How long each call waits.</param>
/// <param name="Patience">How long after its deadline a call counts as lost.</param>
/// <param name="Outage">How long the broker stays away.</param>
internal sealed record FaultSuiteOptions(int Callers, int Calls, TimeSpan Deadline, TimeSpan Patience, TimeSpan Outage);
