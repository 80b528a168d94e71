using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Skipper.Shared.Messaging.Transports;
using Skipper.Testing;

namespace Skipper.Shared.Messaging.Tests.Transports;

/// <summary>What every transport promises about messages that are done, in whatever order and number.</summary>
public abstract class AcknowledgementContract
{
    private readonly string _queue = $"test_{Guid.NewGuid():N}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected abstract Task<MessagingProcess> StartAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(256)]
    public async Task Messages_done_in_any_order_do_not_come_again_and_all_others_do(int prefetch)
    {
        const int Count = 500;
        await using var process = await StartAsync();
        var open = new ConcurrentBag<int>();
        var handled = 0;
        var subscription = await process.Transport.ConsumeAsync(_queue, prefetch, delivery => _ = Task.Run(async () =>
        {
            await Task.Yield();
            var number = Number(delivery);
            // A slot is needed to go on, so only as many stay open as leave one.
            if (number % 50 == 7 && open.Count < prefetch - 1)
            {
                open.Add(number);
            }
            else if (number % 9 == 2 && !delivery.Redelivered)
            {
                await delivery.RequeueAsync();
                return;
            }
            else
            {
                await delivery.AckAsync();
            }

            Interlocked.Increment(ref handled);
        }));
        for (var i = 0; i < Count; i++)
        {
            await process.Transport.SendAsync(_queue, Text(i), Token);
        }

        await Eventually.TrueAsync(() => Volatile.Read(ref handled) == Count, "every message is handled", Token);
        await subscription.DisposeAsync();

        await process.Transport.SendAsync(_queue, Text(Count), Token);
        var again = new BlockingCollection<int>();
        await using var next = await process.Transport.ConsumeAsync(_queue, Count, delivery => again.Add(Number(delivery)));
        var left = Enumerable.Range(0, open.Count + 1).Select(_ => again.Take(Token)).ToList();
        Assert.Equal(open.Append(Count).Order(), left.Order());
        Assert.Empty(again);
    }

    [Fact]
    public async Task A_slow_message_does_not_hold_up_those_behind_it()
    {
        await using var process = await StartAsync();
        Delivery? slow = null;
        var handled = 0;
        await using var subscription = await process.Transport.ConsumeAsync(_queue, 4, delivery =>
        {
            if (slow is null)
            {
                slow = delivery;
                return;
            }

            Interlocked.Increment(ref handled);
            _ = delivery.AckAsync().AsTask();
        });

        for (var i = 0; i < 300; i++)
        {
            await process.Transport.SendAsync(_queue, Text(i), Token);
        }

        await Eventually.TrueAsync(() => Volatile.Read(ref handled) == 299, "all but the slow one are handled", Token);
        await slow!.AckAsync();
    }

    [Fact]
    public async Task A_message_settled_twice_harms_nobody()
    {
        await using var process = await StartAsync();
        var received = new BlockingCollection<Delivery>();
        await using var subscription = await process.Transport.ConsumeAsync(_queue, 1, received.Add);
        await process.Transport.SendAsync(_queue, Text(1), Token);
        await process.Transport.SendAsync(_queue, Text(2), Token);

        var first = received.Take(Token);
        await first.AckAsync();
        await first.AckAsync();
        await first.RequeueAsync();

        var second = received.Take(Token);
        Assert.Equal(2, Number(second));
        Assert.False(second.Redelivered);
        await second.AckAsync();
    }

    private static int Number(Delivery delivery) =>
        int.Parse(Encoding.UTF8.GetString(delivery.Message.Body.Span), CultureInfo.InvariantCulture);

    private static Message Text(int number) => new() { Body = Encoding.UTF8.GetBytes($"{number}") };
}
