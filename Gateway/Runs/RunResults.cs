using System.Text.Json;
using System.Threading.Channels;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Gateway.Runs;

/// <summary>Applies what workers answer. A result is acknowledged only when the database has it, or when it will never count.</summary>
internal sealed partial class RunResults(
    StepStore steps, ITransport transport, TimeProvider time, ILogger<RunResults> logger) : BackgroundService
{
    private const int Prefetch = 64;
    private const int Parallel = 4;
    private const int TriesInPlace = 6;

    private readonly TaskCompletionSource listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Twice the prefetch: after a reconnect the unacknowledged deliveries come again while the old ones are still here.</summary>
    private readonly Channel<Delivery> deliveries = Channel.CreateBounded<Delivery>(2 * Prefetch);

    public Task WaitUntilListeningAsync(CancellationToken cancellationToken) => listening.Task.WaitAsync(cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await transport.WaitUntilReadyAsync(stoppingToken);
        await using var subscription = await transport.ConsumeAsync(
            new QueueDeclaration(Queues.Results, Durable: true), Prefetch, Receive);
        listening.TrySetResult();
        await System.Threading.Tasks.Parallel.ForEachAsync(
            deliveries.Reader.ReadAllAsync(stoppingToken),
            new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = stoppingToken },
            async (delivery, cancellationToken) => await HandleAsync(delivery, cancellationToken));
    }

    private void Receive(Delivery delivery)
    {
        if (!deliveries.Writer.TryWrite(delivery))
            _ = RequeueAsync(delivery);
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
            catch (Exception exception) when (exception is not OperationCanceledException)
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
        var effect = await steps.ApplyAsync(attempt, claimId, Read(message), cancellationToken);
        LogApplied(attempt.RunId, attempt.Step, attempt.Attempt, effect);
    }

    internal static StepResult Read(Message message) => message.Header(MessageHeaders.Status) switch
    {
        "error" => StepResult.Failure(StepError.Parse(message.Body)),
        null when HasErrorMember(message.Body.Span) => StepResult.Failure(StepError.Parse(message.Body)),
        _ => StepResult.Success(StoredText.Clean(message.Body.Span)),
    };

    /// <summary>How skipper-lib says that a worker failed.</summary>
    private static bool HasErrorMember(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject)
                return false;
            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("error"u8))
                    return true;
                reader.Skip();
            }
        }
        catch (JsonException)
        {
            // Not JSON: the worker's own text.
        }

        return false;
    }

    private async Task RequeueAsync(Delivery delivery)
    {
        try
        {
            await delivery.RequeueAsync();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Its connection is gone, so the broker delivers it again by itself.
            LogNotRequeued(delivery.Message.CorrelationId, exception);
        }
    }
}
