using System.Collections.Concurrent;
using System.Text;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Payloads;
using Skipper.Shared.Messaging.Transports;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Runs;

/// <summary>
/// Moves due outbox rows to the worker queues; a row leaves the database only when the broker has confirmed it.
/// </summary>
internal sealed partial class RunRelay(
    [FromKeyedServices(GatewayService.Schema)] Database database,
    OutboxStore outbox,
    RunResults results,
    ITransport transport,
    IClaimCheck claimCheck,
    RunSignal signal,
    TimeProvider time,
    ILogger<RunRelay> logger) : BackgroundService
{
    private const int BatchSize = 64;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    // A thousand tasks that wait for one worker are one line in the log.
    private readonly ConcurrentDictionary<string, bool> _missingQueues = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.WaitUntilReadyAsync(stoppingToken);

        // A worker may answer at once: the queue for results must be there before the first message leaves.
        await results.WaitUntilListeningAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            await transport.WaitUntilReadyAsync(stoppingToken);
            try
            {
                while (await SendDueAsync(stoppingToken) == BatchSize)
                {
                    // The next batch.
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The loop outlives whatever happens to the database; rows that were taken become due again.
                LogRelayFailed(exception);
            }

            await signal.WaitAsync(Poll, stoppingToken);
        }
    }

    /// <summary>Sends one batch and returns its size.</summary>
    internal async Task<int> SendDueAsync(CancellationToken cancellationToken)
    {
        var rows = await outbox.TakeAsync(BatchSize, cancellationToken);
        if (rows.Count == 0)
        {
            return 0;
        }

        var sent = await Task.WhenAll(rows.Select(row => SendAsync(row, cancellationToken)));
        var done = rows.Where((_, i) => sent[i]).Select(row => row.Id).ToList();

        // Not cancelled by a stop: what the broker has would be sent once more, and what it has not would wait.
        if (done.Count > 0)
        {
            await outbox.SentAsync(done, CancellationToken.None);
        }

        return rows.Count;
    }

    private async Task<bool> SendAsync(OutboxRow row, CancellationToken cancellationToken)
    {
        if (!row.IsOpen)
        {
            return true;
        }

        using var patience = new CancellationTokenSource(SendTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            await transport.SendConfirmedAsync(row.Queue, ToMessage(row), either.Token);
            _missingQueues.TryRemove(row.Queue, out _);
            LogDispatched(row.RunId, row.Step, row.Attempt, row.Queue);
            return true;
        }
        catch (MeshException exception)
        {
            await PostponeAsync(row, exception.Message);
            return false;
        }
        catch (OperationCanceledException)
        {
            await PostponeAsync(row, $"The broker did not confirm within {SendTimeout.TotalSeconds} s.");
            return false;
        }
    }

    private Task PostponeAsync(OutboxRow row, string reason)
    {
        if (!transport.State.IsReady)
        {
            return outbox.PostponeAsync(row, TimeSpan.Zero, null, CancellationToken.None);
        }

        if (_missingQueues.TryAdd(row.Queue, true))
        {
            LogUnroutable(row.Queue, reason);
        }

        var pause = TimeSpan.FromSeconds(0.25 * Math.Pow(2, Math.Min(row.Tries, 10)) * (1 + Random.Shared.NextDouble()));
        return outbox.PostponeAsync(row, pause < LongestPause ? pause : LongestPause, reason, CancellationToken.None);
    }

    private Message ToMessage(OutboxRow row)
    {
        var headers = new Dictionary<string, string> { [MessageHeaders.Run] = row.RunId.ToString("D") };
        if (claimCheck.Accept is { } accept)
        {
            headers[MessageHeaders.Accept] = accept;
        }

        // Always whole, never a reference: any worker may take it, today's or tomorrow's.
        return new Message
        {
            Body = Encoding.UTF8.GetBytes(row.Request),
            CorrelationId = row.AttemptId.ToString(),
            ReplyTo = Queues.Results,
            Persistent = true,
            Headers = headers,
        };
    }
}
