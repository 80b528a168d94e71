using System.Collections.Concurrent;
using System.Text;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Rpc;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Tests.Rpc;

public abstract partial class RpcContract
{
    [Fact]
    public async Task An_error_names_the_service_that_failed()
    {
        await using var process = await StartAsync(Throwing(new InvalidOperationException("oops")));
        var error = await Assert.ThrowsAsync<MeshException>(() => CallAsync(process, """{"task_type":"throw"}"""));
        Assert.Equal(_queue, error.Service);
    }

    [Fact]
    public async Task An_error_of_the_second_hop_names_the_second_service()
    {
        MessagingProcess? worker = null;
        await using var process = worker = await ServeAsync(
            async (context, token) => context.Queue == _queue
                ? $"{(await worker!.Client.CallAsync($"{_queue}_inner", "{}"u8.ToArray(), default, token)).Length}"
                : throw MeshException.NotFound("no such thing"),
            $"{_queue}_inner");
        var error = await Assert.ThrowsAsync<MeshException>(() => CallAsync(process, "{}"));
        Assert.Equal((ErrorCode.NotFound, $"{_queue}_inner"), (error.Code, error.Service));
    }

    [Fact]
    public async Task An_idempotent_call_is_repeated_after_a_retryable_error()
    {
        var failures = new Failures(2, MeshException.Unavailable("not now"));
        await using var process = await StartAsync(messaging => Serve(messaging, LookUp.QueueName), Scripted(failures.DoAsync));
        Assert.Equal(7, (await process.Client.CallAsync(new LookUp(), cancellationToken: Token)).Value);
        Assert.Equal(3, failures.Calls);
    }

    [Fact]
    public async Task An_idempotent_call_is_not_repeated_after_an_error_that_will_stay()
    {
        var failures = new Failures(2, MeshException.NotFound("never"));
        await using var process = await StartAsync(messaging => Serve(messaging, LookUp.QueueName), Scripted(failures.DoAsync));
        await Assert.ThrowsAsync<MeshException>(() => process.Client.CallAsync(new LookUp(), cancellationToken: Token));
        Assert.Equal(1, failures.Calls);
    }

    [Fact]
    public async Task A_call_that_is_not_idempotent_is_made_once()
    {
        var failures = new Failures(1, MeshException.Unavailable("not now"));
        await using var process = await ServeAsync(failures.DoAsync);
        await Assert.ThrowsAsync<MeshException>(() => CallAsync(process, "{}"));
        Assert.Equal(1, failures.Calls);
    }

    [Fact]
    public async Task A_call_with_an_idempotency_key_is_repeated_with_that_key()
    {
        await using var process = await StartAsync(_ => { });
        var keys = new ConcurrentQueue<string?>();
        await using var worker = await process.Transport.ConsumeAsync(_queue, 1, delivery => _ = Task.Run(async () =>
        {
            keys.Enqueue(delivery.Message.Header(MessageHeaders.IdempotencyKey));
            var answer = keys.Count == 1 ? """{"error":"not now","code":"unavailable"}""" : "{}";
            await delivery.ReplyAsync(new() { Body = Encoding.UTF8.GetBytes(answer), CorrelationId = delivery.Message.CorrelationId });
            await delivery.AckAsync();
        }));
        await process.Client.CallAsync(_queue, "{}"u8.ToArray(), new CallOptions { IdempotencyKey = "order-7" }, Token);
        Assert.Equal(["order-7", "order-7"], keys);
    }

    [Fact]
    public async Task A_call_made_by_a_handler_is_left_to_the_first_caller_to_repeat()
    {
        MessagingProcess? worker = null;
        var failures = new Failures(1, MeshException.Unavailable("not now"));
        await using var process = worker = await StartAsync(
            messaging =>
            {
                Serve(messaging, _queue);
                Serve(messaging, LookUp.QueueName);
            },
            Scripted(async (context, token) => context.Queue == _queue
                ? $"{(await worker!.Client.CallAsync(new LookUp(), default, token)).Value}"
                : await failures.DoAsync(context, token)));
        var error = await Assert.ThrowsAsync<MeshException>(() => CallAsync(process, "{}"));
        Assert.True(error.Retryable);
        Assert.Equal(1, failures.Calls);
    }
}
