using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Testing;

namespace Skipper.Shared.Messaging.Tests.Rpc;

/// <summary>Callers and workers in different processes, as far as the broker can see.</summary>
public sealed class RabbitMqCancellationTests
{
    private readonly string _queue = $"test_{Guid.NewGuid():N}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_caller_in_another_process_that_gives_up_cancels_the_handler()
    {
        var work = new EndlessWork();
        await using var worker = await StartWorkerAsync(work);
        await using var caller = await MessagingProcess.StartRabbitMqAsync(_ => { });
        using var patience = new CancellationTokenSource();
        var call = caller.Client.CallAsync(_queue, "{}"u8.ToArray(), TimeSpan.FromHours(1), patience.Token);
        await work.Begun.Task.WaitAsync(Token);

        await patience.CancelAsync();

        await work.Cancelled.Task.WaitAsync(Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task A_caller_whose_connection_is_gone_cancels_the_handler()
    {
        var work = new EndlessWork();
        await using var worker = await StartWorkerAsync(work);
        await using var proxy = new FaultyProxy(TestServers.RabbitMq.Host, TestServers.RabbitMq.Port);
        await using var caller = await MessagingProcess.StartRabbitMqAsync(_ => { }, proxy.Port);
        var call = caller.Client.CallAsync(_queue, "{}"u8.ToArray(), TimeSpan.FromHours(1), Token);
        await work.Begun.Task.WaitAsync(Token);

        await proxy.CloseAsync();

        await work.Cancelled.Task.WaitAsync(Token);
        await Assert.ThrowsAsync<MeshException>(() => call);
    }

    [Fact]
    public async Task A_caller_in_another_process_that_still_waits_keeps_its_handler()
    {
        await using var worker = await MessagingProcess.StartRabbitMqAsync(
            messaging => messaging.Handle<RawJson, RawJson, ScriptedHandler>(_queue, "any", fallback: true),
            services: RpcContract.Scripted(async (_, token) =>
            {
                // Longer than the worker takes to look for callers that are gone.
                await Task.Delay(TimeSpan.FromSeconds(2.5), TimeProvider.System, token);
                return "{}";
            }));
        await using var caller = await MessagingProcess.StartRabbitMqAsync(_ => { });
        await caller.Client.CallAsync(_queue, "{}"u8.ToArray(), TimeSpan.FromHours(1), Token);
    }

    private Task<MessagingProcess> StartWorkerAsync(EndlessWork work) => MessagingProcess.StartRabbitMqAsync(
        messaging => messaging.Handle<RawJson, RawJson, ScriptedHandler>(_queue, "any", fallback: true),
        services: RpcContract.Scripted(work.DoAsync));
}
