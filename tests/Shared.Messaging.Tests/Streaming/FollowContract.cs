using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Hosting;
using Skipper.Shared.Messaging.Payloads;
using Skipper.Shared.Messaging.Rpc;
using Skipper.Shared.Messaging.Streaming;
using Skipper.Shared.Messaging.Tests.Payloads;
using Skipper.Shared.Messaging.Tests.Rpc;
using Skipper.Shared.Messaging.Transports;
using Skipper.Testing;

namespace Skipper.Shared.Messaging.Tests.Streaming;

/// <summary>What a followed call promises, over every transport.</summary>
public abstract class FollowContract
{
    private static readonly byte[] Request = """{"task_type":"work"}"""u8.ToArray();

    private protected string Queue { get; } = $"test_{Guid.NewGuid():N}";

    private protected abstract Task<MessagingProcess> StartAsync(
        Action<MessagingBuilder> register, Action<IServiceCollection> services);

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Progress_comes_while_the_work_goes_on_and_the_reply_is_the_last()
    {
        var seen = new TaskCompletionSource();
        await using var process = await StartAsync(async (context, _) =>
        {
            context.Report(40, "round 40 of 100");
            await seen.Task;
            context.Report(90, "too late to matter");
        });

        var updates = new List<CallUpdate>();
        await foreach (var update in Follow(process))
        {
            updates.Add(update);
            seen.TrySetResult();
        }

        Assert.Equal(new CallUpdate.Reported(new Progress(40, "round 40 of 100")), updates[0]);
        Assert.Equal("done", Text(updates[^1]));
        Assert.Single(updates.OfType<CallUpdate.Replied>());
    }

    [Fact]
    public async Task Of_a_thousand_reports_few_are_sent_and_none_goes_back()
    {
        var last = new TaskCompletionSource();
        await using var process = await StartAsync(async (context, _) =>
        {
            for (var i = 1; i <= 1000; i++)
            {
                context.Report(i / 10.0, null);
            }

            await last.Task;
        });

        var percents = new List<double>();
        await foreach (var update in Follow(process))
        {
            if (update is CallUpdate.Reported { Progress.Percent: var percent })
            {
                percents.Add(percent);
                if (percent >= 100)
                {
                    last.TrySetResult();
                }
            }
        }

        Assert.Equal(percents.Order(), percents);
        Assert.Equal(100, percents[^1]);
        Assert.InRange(percents.Count, 1, 20);
    }

    [Fact]
    public async Task Ten_thousand_parts_come_in_order_and_the_worker_is_never_far_ahead()
    {
        var sent = 0;
        await using var process = await StartAsync(async (context, cancellationToken) =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                await context.SendPartAsync(new Add { Left = i, Right = 0 }, cancellationToken);
                Volatile.Write(ref sent, i + 1);
            }
        });

        var (taken, ahead) = (0, 0);
        await foreach (var update in Follow(process))
        {
            if (update is CallUpdate.Part part)
            {
                Assert.Equal(taken++, JsonSerializer.Deserialize<Add>(part.Body.Utf8.Span, MessageJson.Options)!.Left);
                ahead = Math.Max(ahead, Volatile.Read(ref sent) - taken);
            }
        }

        Assert.Equal(10_000, taken);
        Assert.InRange(ahead, 0, StreamLimits.Parts);
    }

    [Fact]
    public async Task A_worker_waits_for_a_caller_that_takes_nothing()
    {
        var sent = 0;
        await using var process = await StartAsync(async (context, cancellationToken) =>
        {
            for (var i = 0; i < 1000; i++)
            {
                await context.SendPartAsync(i, cancellationToken);
                Interlocked.Increment(ref sent);
            }
        });

        await using var updates = Follow(process).GetAsyncEnumerator(Token);
        Assert.True(await updates.MoveNextAsync());
        await Eventually.TrueAsync(() => Volatile.Read(ref sent) == StreamLimits.Parts, "the room is used up", Token);

        for (var i = 1; i < 1000; i++)
        {
            Assert.True(await updates.MoveNextAsync());
            Assert.Equal($"{i}", Text(updates.Current));
        }

        Assert.True(await updates.MoveNextAsync());
        Assert.IsType<CallUpdate.Replied>(updates.Current);
        Assert.False(await updates.MoveNextAsync());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(200)]
    public async Task Large_parts_wait_for_room_and_go_through_the_store(int kibibytesOverTheThreshold)
    {
        var store = new MemoryPayloadStore();
        var part = Encoding.UTF8.GetBytes($"\"{new string('x', (256 + kibibytesOverTheThreshold) * 1024)}\"");
        await using var process = await StartAsync(
            async (context, cancellationToken) =>
            {
                for (var i = 0; i < 100; i++)
                {
                    await context.SendPartAsync(new RawJson(part), cancellationToken);
                }
            },
            services => services.AddSingleton<IPayloadStore>(store));

        var parts = 0;
        await foreach (var update in Follow(process))
        {
            if (update is CallUpdate.Part { Body.Utf8: var body })
            {
                Assert.True(body.Span.SequenceEqual(part));
                parts++;
            }
        }

        Assert.Equal(100, parts);
        Assert.Single(store.Bodies);
    }

    [Fact]
    public async Task Parts_larger_than_all_the_room_come_one_by_one()
    {
        var part = Encoding.UTF8.GetBytes($"\"{new string('x', StreamLimits.Bytes + 1000)}\"");
        await using var process = await StartAsync(async (context, cancellationToken) =>
        {
            for (var i = 0; i < 5; i++)
            {
                await context.SendPartAsync(i, cancellationToken);
                await context.SendPartAsync(new RawJson(part), cancellationToken);
            }
        });

        var sizes = await Follow(process).OfType<CallUpdate.Part>().Select(update => update.Body.Utf8.Length).ToListAsync(Token);
        Assert.Equal(Enumerable.Range(0, 5).SelectMany(_ => new[] { 1, part.Length }), sizes);
    }

    [Fact]
    public async Task An_error_after_parts_ends_the_call_with_that_error()
    {
        await using var process = await StartAsync(async (context, cancellationToken) =>
        {
            await context.SendPartAsync("first", cancellationToken);
            throw MeshException.InvalidArgument("row 2 has no price");
        });

        var parts = 0;
        var error = await Assert.ThrowsAsync<MeshException>(async () =>
        {
            await foreach (var update in Follow(process))
            {
                Assert.IsType<CallUpdate.Part>(update);
                parts++;
            }
        });
        Assert.Equal((1, ErrorCode.InvalidArgument, "row 2 has no price"), (parts, error.Code, error.Message));
    }

    [Fact]
    public async Task A_caller_that_did_not_ask_gets_exactly_one_reply()
    {
        var takesParts = true;
        await using var process = await StartAsync(async (context, cancellationToken) =>
        {
            takesParts = context.TakesParts;
            for (var i = 0; i < 1000; i++)
            {
                context.Report(i / 10.0, "working");
                await context.SendPartAsync(i, cancellationToken);
            }
        });
        var replies = Capture(process);
        await SendAsync(process, "first", accept: null);
        await SendAsync(process, "second", accept: null);

        // Two messages are handled side by side, so either reply may be the earlier one.
        await Eventually.TrueAsync(
            () => replies.Select(reply => reply.CorrelationId).Distinct().Count() == 2, "a reply to each", Token);
        Assert.Equal(["first", "second"], replies.Select(reply => reply.CorrelationId).Order());
        Assert.All(replies, reply => Assert.Equal("ok", reply.Header(MessageHeaders.Status)));
        Assert.False(takesParts);
    }

    [Fact]
    public async Task Nothing_comes_after_the_final_reply()
    {
        await using var process = await StartAsync((context, cancellationToken) =>
        {
            for (var i = 0; i < 100; i++)
            {
                context.Report(i, "working");
            }

            // Not awaited, as a careless handler would.
            _ = context.SendPartAsync("lost or in time", cancellationToken);
            return Task.CompletedTask;
        });
        var replies = Capture(process);
        for (var i = 0; i < 50; i++)
        {
            await SendAsync(process, $"{i}", "progress, parts");
        }

        await Eventually.TrueAsync(() => replies.Count(reply => reply.Header(MessageHeaders.Status) == "ok") == 50, "all replies", Token);
        Assert.All(
            replies.GroupBy(reply => reply.CorrelationId),
            call => Assert.Equal("ok", call.Last().Header(MessageHeaders.Status)));
    }

    [Fact]
    public async Task Two_callers_may_use_the_same_correlation_id()
    {
        await using var process = await StartAsync(async (context, cancellationToken) =>
        {
            for (var i = 0; i < 100; i++)
            {
                await context.SendPartAsync(i, cancellationToken);
            }
        });
        var finals = new ConcurrentQueue<string>();
        foreach (var caller in (string[])[$"{Queue}_a", $"{Queue}_b"])
        {
            await process.Transport.ConsumeAsync(caller, 1000, reply =>
            {
                var (status, part) = (reply.Message.Header(MessageHeaders.Status), reply.Message.Header(MessageHeaders.Part));
                if (status == "ok")
                {
                    finals.Enqueue(caller);
                }
                else if (part == "63")
                {
                    _ = process.Transport.SendAsync(
                        reply.Message.ReplyTo!,
                        new()
                        {
                            Body = "{}"u8.ToArray(),
                            CorrelationId = "same",
                            ReplyTo = caller,
                            Headers = new Dictionary<string, string> { [MessageHeaders.Status] = "taken", [MessageHeaders.Part] = "64" },
                        },
                        Token).AsTask();
                }
            });
            await SendAsync(process, "same", "parts", caller);
        }

        await Eventually.TrueAsync(() => finals.Count == 2, "both replies", Token);
        Assert.Equal(2, finals.Distinct().Count());
    }

    [Fact]
    public async Task A_stream_that_begins_anew_ends_the_call_as_retryable()
    {
        await using var process = await StartAsync((_, _) => Task.CompletedTask);
        await using var worker = await RawWorkerAsync(process, [0, 1, 0]);
        var parts = 0;
        var error = await Assert.ThrowsAsync<MeshException>(async () =>
        {
            await foreach (var update in process.Client.FollowAsync($"{Queue}_raw", Request, cancellationToken: Token))
            {
                parts++;
            }
        });
        Assert.Equal((2, ErrorCode.Unavailable, true), (parts, error.Code, error.Retryable));
    }

    [Fact]
    public async Task A_worker_that_sends_without_waiting_is_cut_off()
    {
        await using var process = await StartAsync((_, _) => Task.CompletedTask);
        await using var worker = await RawWorkerAsync(process, Enumerable.Range(0, 1000));
        await using var updates = process.Client.FollowAsync($"{Queue}_raw", Request, cancellationToken: Token).GetAsyncEnumerator(Token);
        Assert.True(await updates.MoveNextAsync());
        var error = await Assert.ThrowsAsync<MeshException>(async () =>
        {
            await Eventually.TrueAsync(() => worker.IsDone, "all parts are sent", Token);
            while (await updates.MoveNextAsync())
            {
            }
        });
        Assert.Equal(ErrorCode.ResourceExhausted, error.Code);
    }

    [Fact]
    public async Task An_update_that_nobody_asked_for_does_not_end_a_call()
    {
        await using var process = await StartAsync((_, _) => Task.CompletedTask);
        await using var worker = await RawWorkerAsync(process, [0, 1, 2], final: """{"n":1}""");
        var reply = await process.Client.CallAsync($"{Queue}_raw", Request, cancellationToken: Token);
        Assert.Equal("""{"n":1}""", Encoding.UTF8.GetString(reply.Span));
    }

    [Fact]
    public async Task A_worker_that_cannot_stream_is_followed_all_the_same()
    {
        await using var process = await StartAsync((_, _) => Task.CompletedTask);
        await using var legacy = await process.Transport.ConsumeAsync($"{Queue}_legacy", 1, delivery => _ = delivery.ReplyAsync(
            new() { Body = "[1]"u8.ToArray(), CorrelationId = delivery.Message.CorrelationId }).AsTask());
        var updates = await process.Client.FollowAsync($"{Queue}_legacy", Request, cancellationToken: Token).ToListAsync(Token);
        Assert.Equal("[1]", Text(Assert.Single(updates)));
    }

    [Fact]
    public async Task Leaving_the_loop_cancels_the_call()
    {
        var cancelled = new TaskCompletionSource();
        await using var process = await StartAsync(async (context, cancellationToken) =>
        {
            try
            {
                for (var i = 0; ; i++)
                {
                    await context.SendPartAsync(i, cancellationToken);
                }
            }
            finally
            {
                cancelled.TrySetResult();
            }
        });

        await foreach (var update in process.Client.FollowAsync(Queue, Request, TimeSpan.FromSeconds(5), Token))
        {
            if (Text(update) == "100")
            {
                break;
            }
        }

        await cancelled.Task.WaitAsync(Token);
    }

    [Fact]
    public async Task The_deadline_counts_for_all_of_a_followed_call()
    {
        await using var process = await StartAsync(async (context, cancellationToken) =>
        {
            for (var i = 0; ; i++)
            {
                await context.SendPartAsync(i, cancellationToken);
            }
        });
        var error = await Assert.ThrowsAsync<MeshException>(async () =>
        {
            await foreach (var update in process.Client.FollowAsync(Queue, Request, TimeSpan.FromMilliseconds(300), Token))
            {
            }
        });
        Assert.Equal(ErrorCode.DeadlineExceeded, error.Code);
    }

    private protected Task<MessagingProcess> StartAsync(
        Func<MessageContext, CancellationToken, Task> work, Action<IServiceCollection>? services = null) => StartAsync(
            messaging => messaging.Handle<RawJson, RawJson, Worker>(Queue, "work"),
            collection =>
            {
                collection.AddSingleton(new Worker(work));
                services?.Invoke(collection);
            });

    private IAsyncEnumerable<CallUpdate> Follow(MessagingProcess process) =>
        process.Client.FollowAsync(Queue, Request, TimeSpan.FromMinutes(5), Token);

    private static ConcurrentQueue<Message> Capture(MessagingProcess process)
    {
        var replies = new ConcurrentQueue<Message>();
        process.Transport.ReplyReceived = replies.Enqueue;
        return replies;
    }

    private ValueTask SendAsync(MessagingProcess process, string correlationId, string? accept, string? replyTo = null) =>
        process.Transport.SendAsync(
            Queue,
            new()
            {
                Body = Request,
                CorrelationId = correlationId,
                ReplyTo = replyTo ?? process.Transport.ReplyQueue,
                Headers = accept is null ? null : new Dictionary<string, string> { [MessageHeaders.Accept] = accept },
            },
            Token);

    private async Task<RawWorker> RawWorkerAsync(MessagingProcess process, IEnumerable<int> parts, string? final = null)
    {
        var worker = new RawWorker(parts, final);
        worker.Subscription = await process.Transport.ConsumeAsync($"{Queue}_raw", 1, worker.Receive);
        return worker;
    }

    private static string Text(CallUpdate update) => Encoding.UTF8.GetString(update switch
    {
        CallUpdate.Part part => part.Body.Utf8.Span,
        CallUpdate.Replied replied => replied.Body.Utf8.Span,
        _ => default,
    });

    private sealed class Worker(Func<MessageContext, CancellationToken, Task> work) : IMessageHandler<RawJson, RawJson>
    {
        public async Task<RawJson> HandleAsync(RawJson message, MessageContext context, CancellationToken cancellationToken)
        {
            await work(context, cancellationToken);
            return new RawJson("done"u8.ToArray());
        }
    }

    /// <summary>Sends parts with the numbers that it is told, and waits for nothing.</summary>
    private sealed class RawWorker(IEnumerable<int> parts, string? final) : IAsyncDisposable
    {
        public ISubscription? Subscription { get; set; }

        public bool IsDone { get; private set; }

        public void Receive(Delivery delivery) => _ = Task.Run(async () =>
        {
            foreach (var part in parts)
            {
                await delivery.ReplyAsync(new()
                {
                    Body = "{}"u8.ToArray(),
                    CorrelationId = delivery.Message.CorrelationId,
                    Headers = new Dictionary<string, string>
                    {
                        [MessageHeaders.Status] = "part",
                        [MessageHeaders.Part] = part.ToString(CultureInfo.InvariantCulture),
                    },
                });
            }

            IsDone = true;
            if (final is not null)
            {
                await delivery.ReplyAsync(new() { Body = Encoding.UTF8.GetBytes(final), CorrelationId = delivery.Message.CorrelationId });
            }
        });

        public ValueTask DisposeAsync() => Subscription!.DisposeAsync();
    }
}
