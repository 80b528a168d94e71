using Microsoft.Extensions.Options;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Hosting;
using Skipper.Shared.Messaging.Transports;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Runs;

/// <summary>
/// Brings back what died: steps whose worker fell silent, whose time is over, or whose message the broker lost.
/// Silence counts only while workers could be heard: after an outage or a start everybody gets one lease to speak up, and nobody is
/// taken for dead whose answer may lie in the queue for results.
/// </summary>
internal sealed partial class RunReaper(
    [FromKeyedServices(GatewayService.Schema)] Database database,
    ReaperStore steps,
    DispatchStore dispatch,
    ITransport transport,
    RunSignal signal,
    IOptions<RunOptions> options,
    IOptions<MessagingOptions> messaging,
    TimeProvider time,
    ILogger<RunReaper> logger) : BackgroundService
{
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(1);

    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private DateTimeOffset _connectedAt;
    private DateTimeOffset? _healthySince;
    private DateTimeOffset _heardUntil;
    private int? _generation;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.WaitUntilReadyAsync(stoppingToken);
        var interval = options.Value.Lease / 4;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await TickAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                _healthySince = null;
                LogReaperFailed(exception);
            }

            await Task.Delay(interval < LongestInterval ? interval : LongestInterval, time, stoppingToken);
        }
    }

    internal async Task TickAsync(CancellationToken cancellationToken)
    {
        var state = transport.State;
        if (!state.IsReady)
        {
            _healthySince = null;
            return;
        }

        var now = time.GetUtcNow();
        if (_generation != state.Generation)
        {
            await ConnectedAsync(state.Generation, now, cancellationToken);
        }

        if (await dispatch.ResendAsync(_connectedAt, cancellationToken) is var resent and > 0)
        {
            LogResent(resent);
            signal.Set();
        }

        _healthySince ??= now;
        if (now - _healthySince >= options.Value.Lease)
        {
            await ReapAsync(now, cancellationToken);
        }

        // What was answered until now has been taken by a gateway, which has time until the next tick to apply it.
        if (await transport.InspectAsync(Queues.Results, cancellationToken) is not { Waiting: > 0 })
        {
            _heardUntil = now;
        }
    }

    private async Task ConnectedAsync(int current, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var first = _generation is null;

        // Task queues die with the broker, perhaps while this process did not look: what was sent before is sent again.
        _connectedAt = first ? _startedAt : now;
        _healthySince = null;

        // Relay and workers of the last process died with it. A lease that was not renewed since the start is theirs.
        if (first && messaging.Value.Transport == "inprocess")
        {
            LogLost(await steps.LoseAsync(_startedAt + options.Value.Lease, cancellationToken));
            signal.Set();
        }

        _generation = current;
    }

    private async Task ReapAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        LogLost(await steps.LoseAsync(_heardUntil, cancellationToken));
        foreach (var id in await steps.TimeOutAsync(now, cancellationToken))
        {
            LogTimedOut(id.RunId, id.Step, id.Attempt);
        }

        foreach (var id in await steps.TimeOutRunsAsync(now, cancellationToken))
        {
            LogRunTimedOut(id);
        }
    }

    private void LogLost(IReadOnlyList<AttemptId> lost)
    {
        foreach (var id in lost)
        {
            LogWorkerLost(id.RunId, id.Step, id.Attempt);
        }
    }
}
