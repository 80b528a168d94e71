using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Shared.Messaging.Tests.Rpc;

/// <summary>Work that ends only by its token.</summary>
internal sealed class EndlessWork
{
    public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task<string> DoAsync(MessageContext context, CancellationToken cancellationToken)
    {
        Begun.TrySetResult();
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return context.TaskType;
        }
        catch (OperationCanceledException)
        {
            Cancelled.TrySetResult();
            throw;
        }
    }
}
