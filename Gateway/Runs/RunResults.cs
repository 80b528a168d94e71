using System.Threading.Channels;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Payloads;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Gateway.Runs;

/// <summary>
/// Applies what workers answer. A result is acknowledged only when the database has it, or when it will never count.
/// </summary>
internal sealed partial class RunResults(
    StepStore steps, ITransport transport, IClaimCheck claimCheck, TimeProvider time, ILogger<RunResults> logger) : BackgroundService
{
    private const int Prefetch = 512;
    private const int Lanes = 128;
    private const int TriesInPlace = 6;

    private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// Results of one attempt stay in one lane, in order: of two replies the first counts. Each lane holds twice the prefetch,
    /// because after a reconnect the unacknowledged deliveries come again while the old ones are still here.
    /// </summary>
    private readonly Channel<Delivery>[] _lanes =
        [.. Enumerable.Range(0, Lanes).Select(_ => Channel.CreateBounded<Delivery>(2 * Prefetch))];

    public Task WaitUntilListeningAsync(CancellationToken cancellationToken) => _listening.Task.WaitAsync(cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await transport.WaitUntilReadyAsync(stoppingToken);
        await using var subscription = await transport.ConsumeAsync(Queues.Results, Prefetch, Receive);
        _listening.TrySetResult();
        await Task.WhenAll(_lanes.Select(lane => WorkAsync(lane.Reader, stoppingToken)));
    }

    private async Task WorkAsync(ChannelReader<Delivery> lane, CancellationToken stoppingToken)
    {
        await foreach (var delivery in lane.ReadAllAsync(stoppingToken))
        {
            await HandleAsync(delivery, stoppingToken);
        }
    }

    private void Receive(Delivery delivery)
    {
        var lane = (uint)string.GetHashCode(delivery.Message.CorrelationId ?? "", StringComparison.Ordinal) % Lanes;
        if (!_lanes[lane].Writer.TryWrite(delivery))
        {
            _ = RequeueAsync(delivery);
        }
    }

    internal async Task HandleAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        var pause = TimeSpan.FromMilliseconds(100);
        for (var i = 1; i <= TriesInPlace; i++, pause *= 2)
        {
            try
            {
                await ApplyAsync(delivery.Message, cancellationToken);
                await delivery.AckAsync();
                return;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // The only copy of hours of work may be in this message: whatever the database says, it is not dropped.
                LogNotApplied(delivery.Message.CorrelationId, exception);
                await Task.Delay(pause, time, cancellationToken);
            }
        }

        await RequeueAsync(delivery);
    }

    private async Task ApplyAsync(Message message, CancellationToken cancellationToken)
    {
        if (!AttemptId.TryParse(message.CorrelationId, out var attempt))
        {
            LogUnknown(message.CorrelationId);
            return;
        }

        Guid? claimId = Guid.TryParse(message.Header(MessageHeaders.Claim), out var id) ? id : null;
        var effect = await steps.ApplyAsync(attempt, claimId, await ReadAsync(message, cancellationToken), cancellationToken);
        LogApplied(attempt.RunId, attempt.Step, attempt.Attempt, effect);
    }

    private async Task<StepResult> ReadAsync(Message message, CancellationToken cancellationToken)
    {
        try
        {
            return Read(await claimCheck.OpenAsync(message, cancellationToken));
        }
        catch (MeshException exception) when (!exception.Retryable)
        {
            // The result is lost for good: the run must end with that instead of waiting for it.
            return StepResult.Failure(StepError.Of(exception, default));
        }
    }

    internal static StepResult Read(Message message) =>
        ErrorReply.Read(message.Header(MessageHeaders.Status), message.Body) is { } error
            ? StepResult.Failure(StepError.Of(error, message.Body))
            : StepResult.Success(StoredText.Clean(message.Body.Span));

    private async Task RequeueAsync(Delivery delivery)
    {
        try
        {
            await delivery.RequeueAsync();
        }
        catch (Exception exception)
        {
            // Its connection is gone, so the broker delivers it again by itself.
            LogNotRequeued(delivery.Message.CorrelationId, exception);
        }
    }
}
