using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Tests.Rpc;

public abstract partial class RpcContract
{
    private static readonly TimeSpan Patient = TimeSpan.FromHours(1);

    [Fact]
    public async Task A_caller_that_gives_up_cancels_the_handler()
    {
        var work = new EndlessWork();
        await using var process = await ServeAsync(work.DoAsync);
        using var caller = new CancellationTokenSource();
        var call = process.Client.CallAsync(_queue, "{}"u8.ToArray(), Patient, caller.Token);
        await work.Begun.Task.WaitAsync(Token);

        await caller.CancelAsync();

        await work.Cancelled.Task.WaitAsync(Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task A_caller_that_gives_up_cancels_the_second_hop_too()
    {
        MessagingProcess? worker = null;
        var work = new EndlessWork();
        await using var process = worker = await ServeAsync(
            async (context, token) => context.Queue == _queue
                ? $"{(await worker!.Client.CallAsync($"{_queue}_inner", "{}"u8.ToArray(), Patient, token)).Length}"
                : await work.DoAsync(context, token),
            $"{_queue}_inner");
        using var caller = new CancellationTokenSource();
        var call = process.Client.CallAsync(_queue, "{}"u8.ToArray(), Patient, caller.Token);
        await work.Begun.Task.WaitAsync(Token);

        await caller.CancelAsync();

        await work.Cancelled.Task.WaitAsync(Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task A_caller_whose_time_is_up_says_that_it_gave_up()
    {
        await using var process = await ServeAsync(new EndlessWork().DoAsync);
        await using var silent = await process.Transport.ConsumeAsync($"{_queue}_silent", 1, _ => { });
        var abandoned = AbandonedCall(process);

        await Assert.ThrowsAsync<MeshException>(() => process.Client.CallAsync(
            $"{_queue}_silent", "{}"u8.ToArray(), TimeSpan.FromMilliseconds(100), Token));

        Assert.Equal(process.Transport.ReplyQueue, (await abandoned.WaitAsync(Token)).ReplyTo);
    }

    [Fact]
    public async Task A_request_given_up_before_its_turn_is_not_worked_on()
    {
        var goOn = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        var handled = 0;
        await using var process = await StartAsync(
            messaging =>
            {
                Serve(messaging, _queue);
                messaging.Concurrency(_queue, 1);
            },
            Scripted(async (_, _) =>
            {
                Interlocked.Increment(ref handled);
                begun.TrySetResult();
                await goOn.Task;
                return "{}";
            }));
        var first = process.Client.CallAsync(_queue, "{}"u8.ToArray(), Patient, Token);
        await begun.Task.WaitAsync(Token);
        using var caller = new CancellationTokenSource();
        var second = process.Client.CallAsync(_queue, "{}"u8.ToArray(), Patient, caller.Token);
        var abandoned = AbandonedCall(process);

        await caller.CancelAsync();
        await abandoned.WaitAsync(Token);
        goOn.SetResult();

        await first;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await process.Client.CallAsync(_queue, "{}"u8.ToArray(), Patient, Token);
        Assert.Equal(2, handled);
    }

    [Fact]
    public async Task A_caller_that_is_gone_with_its_reply_queue_cancels_the_handler()
    {
        var work = new EndlessWork();
        await using var process = await ServeAsync(work.DoAsync);
        await process.Transport.SendAsync(
            _queue,
            new Message { Body = "{}"u8.ToArray(), CorrelationId = "c-1", ReplyTo = $"gone_{Guid.NewGuid():N}" },
            Token);
        await work.Cancelled.Task.WaitAsync(Token);
    }

    [Fact]
    public async Task A_caller_that_still_waits_keeps_its_handler()
    {
        await using var process = await ServeAsync(async (_, token) =>
        {
            // Longer than the worker takes to look for callers that are gone.
            await Task.Delay(TimeSpan.FromSeconds(2.5), TimeProvider.System, token);
            return "{}";
        });
        await process.Client.CallAsync(_queue, "{}"u8.ToArray(), Patient, Token);
    }

    private static Task<CallId> AbandonedCall(MessagingProcess process)
    {
        var abandoned = new TaskCompletionSource<CallId>(TaskCreationOptions.RunContinuationsAsynchronously);
        var worker = process.Transport.Abandoned;
        process.Transport.Abandoned = call =>
        {
            worker?.Invoke(call);
            abandoned.TrySetResult(call);
        };
        return abandoned.Task;
    }
}
