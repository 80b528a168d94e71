using System.Data.Common;
using Microsoft.Extensions.Options;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Gateway.Runs;

/// <summary>Gives attempts to workers. Idempotent by the claim id: the same one is granted again.</summary>
internal sealed class ClaimStepHandler(StepStore steps, IOptions<RunOptions> options)
    : IMessageHandler<ClaimStep, StepLease>
{
    public async Task<StepLease> HandleAsync(
        ClaimStep message, MessageContext context, CancellationToken cancellationToken)
    {
        if (!AttemptId.TryParse(message.Attempt, out var attempt))
        {
            throw UnknownAttempt(message.Attempt);
        }

        return await AnswerAsync(
            steps.ClaimAsync(attempt, message.ClaimId, message.Worker, cancellationToken), options.Value);
    }

    internal static MeshException UnknownAttempt(string text) => MeshException.InvalidArgument(
        $"'attempt' must be the correlation id of a dispatched step, run:step:attempt, was '{text}'.");

    /// <summary>A worker that asks while the database is away must ask again, not give up.</summary>
    internal static async Task<StepLease> AnswerAsync(Task<LeaseAnswer> question, RunOptions options)
    {
        try
        {
            return ToLease(await question, options);
        }
        catch (DbException exception)
        {
            throw MeshException.Unavailable("The gateway cannot reach its database; ask again.", exception);
        }
    }

    private static StepLease ToLease(LeaseAnswer answer, RunOptions options) => answer switch
    {
        LeaseAnswer.Granted => new StepLease { State = "granted", LeaseSeconds = options.LeaseSeconds },
        LeaseAnswer.Cancel => new StepLease { State = "cancel" },
        _ => new StepLease { State = "lost" },
    };
}
