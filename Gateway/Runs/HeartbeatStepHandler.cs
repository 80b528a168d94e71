using Microsoft.Extensions.Options;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Gateway.Runs;

/// <summary>Keeps claims alive. Idempotent: a heartbeat sets, and never adds.</summary>
internal sealed class HeartbeatStepHandler(StepStore steps, IOptions<RunOptions> options)
    : IMessageHandler<HeartbeatStep, StepLease>
{
    public async Task<StepLease> HandleAsync(
        HeartbeatStep message, MessageContext context, CancellationToken cancellationToken)
    {
        if (!AttemptId.TryParse(message.Attempt, out var attempt))
        {
            throw ClaimStepHandler.UnknownAttempt(message.Attempt);
        }

        var question = steps.HeartbeatAsync(
            attempt, message.ClaimId, Sane(message.Progress), message.Logs ?? [], cancellationToken);
        return await ClaimStepHandler.AnswerAsync(question, options.Value);
    }

    private static Progress? Sane(Progress? progress) =>
        progress is null || !double.IsFinite(progress.Percent) ? null : progress with { Percent = Math.Clamp(progress.Percent, 0, 100) };
}
