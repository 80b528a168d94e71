using System.Collections.Concurrent;
using System.Text;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Payloads;
using Skipper.Shared.Messaging.Transports;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Runs;

/// <summary>
/// Sends queued steps to their workers, the most urgent first. The broker has confirmed a message before it is taken for sent.
/// </summary>
internal sealed partial class RunRelay(
    [FromKeyedServices(GatewayService.Schema)] Database database,
    DispatchStore dispatch,
    RunResults results,
    ITransport transport,
    IClaimCheck claimCheck,
    RunSignal signal,
    TimeProvider time,
    ILogger<RunRelay> logger) : BackgroundService
{
    private const int BatchSize = 256;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly DispatchWindows _windows = new(time);

    // A thousand tasks that wait for one worker are one line in the log.
    private readonly ConcurrentDictionary<string, bool> _missingQueues = new();

    // Written down together, a little later: most steps have been claimed by then, and need it no more.
    private readonly ConcurrentQueue<AttemptId> _confirmed = new();

    private long _confirmedAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.WaitUntilReadyAsync(stoppingToken);

        // A worker may answer at once: the queue for results must be there before the first message leaves.
        await results.WaitUntilListeningAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            await transport.WaitUntilReadyAsync(stoppingToken);
            var sent = 0;
            try
            {
                sent = await SendDueAsync(stoppingToken);
                await NoteConfirmedAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The loop outlives whatever happens to the database; steps that were taken become due again.
                LogRelayFailed(exception);
            }

            // Right after a round of many only little is due: more of it makes a better one.
            await (sent switch
            {
                0 => signal.WaitAsync(Poll, stoppingToken),
                _ => Task.Delay(Gathering.After(sent), time, stoppingToken),
            });
        }
    }

    /// <summary>Sends what is due, as far as the windows of the queues allow, and returns how many steps that were.</summary>
    internal async Task<int> SendDueAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var due in await dispatch.FindQueuesAsync(cancellationToken))
        {
            var free = Math.Min(_windows.Free(due.Queue, due.Dispatched), BatchSize);
            if (free > 0)
            {
                var steps = await dispatch.TakeAsync(due.Queue, free, cancellationToken);
                await Task.WhenAll(steps.Select(step => SendAsync(step, cancellationToken)));
                count += steps.Count;
            }
        }

        return count;
    }

    internal async Task NoteConfirmedAsync(CancellationToken cancellationToken)
    {
        if (_confirmed.IsEmpty || time.GetElapsedTime(_confirmedAt) < Poll)
        {
            return;
        }

        _confirmedAt = time.GetTimestamp();
        var confirmed = new List<AttemptId>();
        while (_confirmed.TryDequeue(out var step))
        {
            confirmed.Add(step);
        }

        await dispatch.ConfirmAsync(confirmed, cancellationToken);
    }

    private async Task SendAsync(DueStep step, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(SendTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            await transport.SendConfirmedAsync(step.Queue, ToMessage(step), either.Token);
            _missingQueues.TryRemove(step.Queue, out _);
            _confirmed.Enqueue(step.AttemptId);
            LogDispatched(step.RunId, step.Step, step.Attempt, step.Queue);
        }
        catch (MeshException exception)
        {
            await PostponeAsync(step, exception.Message);
        }
        catch (OperationCanceledException)
        {
            await PostponeAsync(step, $"The broker did not confirm within {SendTimeout.TotalSeconds} s.");
        }
    }

    private Task<int> PostponeAsync(DueStep step, string reason)
    {
        if (!transport.State.IsReady)
        {
            return dispatch.PostponeAsync(step, TimeSpan.Zero, isUnroutable: false, CancellationToken.None);
        }

        if (_missingQueues.TryAdd(step.Queue, true))
        {
            LogUnroutable(step.Queue, reason);
        }

        var doubled = 0.25 * Math.Pow(2, Math.Min(step.UnroutableCount, 10)) * (1 + Random.Shared.NextDouble());
        var pause = TimeSpan.FromSeconds(Math.Min(doubled, LongestPause.TotalSeconds));
        return dispatch.PostponeAsync(step, pause, isUnroutable: true, CancellationToken.None);
    }

    private Message ToMessage(DueStep step)
    {
        var headers = new Dictionary<string, string> { [MessageHeaders.Run] = step.RunId.ToString("D") };
        if (claimCheck.Accept is { } accept)
        {
            headers[MessageHeaders.Accept] = accept;
        }

        if (step.TraceParent is { } trace)
        {
            headers[MessageHeaders.TraceParent] = trace;
        }

        // Always whole, never a reference: any worker may take it, today's or tomorrow's.
        return new Message
        {
            Body = Encoding.UTF8.GetBytes(step.Request),
            CorrelationId = step.AttemptId.ToString(),
            ReplyTo = Queues.Results,
            Persistent = true,
            Headers = headers,
        };
    }
}
