using Microsoft.Extensions.DependencyInjection;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Hosting;
using Skipper.Testing;

namespace Skipper.Shared.Messaging.Tests.Rpc;

public abstract partial class RpcContract
{
    [Fact]
    public async Task A_call_that_would_wait_longer_than_it_can_is_refused_with_a_hint()
    {
        await using var process = await StartAsync(
            messaging =>
            {
                Serve(messaging, _queue);
                messaging.Concurrency(_queue, 1);
            },
            Scripted(async (_, token) =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, token);
                return "{}";
            }));
        using var crowd = new CancellationTokenSource();
        var calls = Enumerable.Range(0, 1000)
            .Select(_ => process.Client.CallAsync(_queue, "{}"u8.ToArray(), Patient, crowd.Token)).ToArray();

        MeshException? refusal = null;
        await Eventually.TrueAsync(
            async () =>
            {
                refusal = await Assert.ThrowsAsync<MeshException>(
                    () => process.Client.CallAsync(_queue, "{}"u8.ToArray(), TimeSpan.FromMilliseconds(200), Token));
                return refusal.Code == ErrorCode.ResourceExhausted;
            },
            "the backlog is noticed",
            Token);

        Assert.InRange(Assert.NotNull(refusal!.RetryAfterSeconds), 1, 60);
        Assert.True(refusal.Retryable);
        await crowd.CancelAsync();
        await Task.WhenAll(calls).ContinueWith(_ => { }, Token, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    [Fact]
    public async Task More_calls_in_flight_than_allowed_are_refused()
    {
        await using var process = await StartAsync(
            messaging => Serve(messaging, _queue),
            services =>
            {
                Scripted(new EndlessWork().DoAsync)(services);
                services.Configure<MessagingOptions>(options => options.MaxInFlight = 1);
            });
        using var first = new CancellationTokenSource();
        var call = process.Client.CallAsync(_queue, "{}"u8.ToArray(), Patient, first.Token);

        var error = await Assert.ThrowsAsync<MeshException>(() => CallAsync(process, "{}"));

        Assert.Equal((ErrorCode.ResourceExhausted, 1), (error.Code, error.RetryAfterSeconds));
        await first.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }
}
