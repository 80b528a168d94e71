using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Tests.Rpc;

public abstract partial class RpcContract
{
    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_message_of_a_machine_whose_clock_differs_has_its_time_from_the_receipt(int hours)
    {
        var deadline = new TaskCompletionSource<DateTimeOffset?>();
        await using var process = await ServeAsync((context, _) =>
        {
            deadline.SetResult(context.Deadline);
            return Task.FromResult("{}");
        });
        var before = TimeProvider.System.GetUtcNow();
        await process.Transport.SendAsync(
            _queue,
            new Message
            {
                Body = "{}"u8.ToArray(),
                CorrelationId = "c-1",
                ReplyTo = process.Transport.ReplyQueue,
                SentAt = before.AddHours(hours),
                Expiration = TimeSpan.FromMinutes(1),
            },
            Token);

        Assert.InRange(
            Assert.NotNull(await deadline.Task.WaitAsync(Token)),
            before.AddMinutes(1),
            TimeProvider.System.GetUtcNow().AddMinutes(1));
    }

    [Fact]
    public async Task The_second_hop_has_less_time_than_the_first()
    {
        MessagingProcess? worker = null;
        await using var process = worker = await ServeAsync(async (_, token) =>
        {
            await worker!.Client.CallAsync($"{_queue}_inner", "{}"u8.ToArray(), TimeSpan.FromMinutes(5), token);
            return "{}";
        });
        var second = new TaskCompletionSource<Message>();
        await using var inner = await process.Transport.ConsumeAsync(
            $"{_queue}_inner", 1, delivery => second.SetResult(delivery.Message));

        using var caller = new CancellationTokenSource();
        var call = process.Client.CallAsync(_queue, "{}"u8.ToArray(), TimeSpan.FromMinutes(1), caller.Token);

        var message = await second.Task.WaitAsync(Token);
        Assert.InRange(Assert.NotNull(message.Expiration), TimeSpan.Zero, TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(1));
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }
}
