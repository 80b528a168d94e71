using Microsoft.Extensions.DependencyInjection;
using Skipper.Shared.Messaging.DeadLetters;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Hosting;
using Skipper.Shared.Messaging.Transports;
using Skipper.Testing;

namespace Skipper.Shared.Messaging.Tests.Lifecycle;

public sealed class RabbitMqLifecycleTests : LifecycleContract
{
    private protected override Task<MessagingProcess> StartAsync(
        Action<MessagingBuilder> register, Action<IServiceCollection>? services = null) =>
        MessagingProcess.StartRabbitMqAsync(register, services: services);

    [Fact]
    public async Task A_message_that_takes_its_worker_down_each_time_is_tried_three_times_and_then_dead()
    {
        await using var proxy = new FaultyProxy(TestServers.RabbitMq.Host, TestServers.RabbitMq.Port);
        await using var worker = await MessagingProcess.StartRabbitMqAsync(
            messaging => messaging.Handle<RawJson, RawJson, Killer>(Queue, "work"),
            proxy.Port,
            services => services.AddSingleton(proxy));
        await using var observer = await StartAsync(_ => { });

        await observer.Transport.SendConfirmedAsync(Queue, Request(Work), Token);

        IReadOnlyList<DeadLetter> letters = [];
        await Eventually.TrueAsync(async () => (letters = await LettersAsync(observer)).Count == 1, "it is dead", Token);
        Assert.Equal(3, worker.Services.GetRequiredService<Killer>().Runs);
        Assert.Contains("lost 3 times", letters[0].Reason, StringComparison.Ordinal);
        await observer.Services.GetRequiredService<DeadLetterQueue>().DeleteAsync(letters[0].Id, Token);
    }

    [Fact]
    public async Task Of_processes_that_replay_a_letter_at_once_one_does_and_the_others_are_told()
    {
        await using var first = await StartAsync(_ => { });
        await using var second = await StartAsync(_ => { });
        var received = 0;
        await using var consumer = await first.Transport.ConsumeAsync(Queue, 10, _ => Interlocked.Increment(ref received));
        await first.Services.GetRequiredService<DeadLetterQueue>().BuryAsync(Queue, Request(Work), MeshException.InvalidArgument("bad"));
        var id = Assert.Single(await LettersAsync(second)).Id;

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => ReplayAsync(i % 2 == 0 ? first : second, id)));

        Assert.Single(outcomes, outcome => outcome is null);
        Assert.Equal(5, outcomes.Count(outcome => outcome == ErrorCode.NotFound));
        await Eventually.TrueAsync(() => Volatile.Read(ref received) > 0, "it is delivered", Token);
        Assert.Equal(1, Volatile.Read(ref received));
    }

    private static async Task<ErrorCode?> ReplayAsync(MessagingProcess process, string id)
    {
        try
        {
            await process.Services.GetRequiredService<DeadLetterQueue>().ReplayAsync(id, Token);
            return null;
        }
        catch (MeshException exception)
        {
            return exception.Code;
        }
    }

    /// <summary>Takes the connection of its worker down, which is what a crash looks like to the broker.</summary>
    private sealed class Killer(FaultyProxy proxy, ITransport transport) : IMessageHandler<RawJson, RawJson>
    {
        private int _runs;

        public int Runs => Volatile.Read(ref _runs);

        public async Task<RawJson> HandleAsync(RawJson message, MessageContext context, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _runs);
            // One round trip, so that the cut does not also take what was written before this run began.
            await transport.InspectAsync(context.Queue, cancellationToken);
            var generation = transport.State.Generation;
            proxy.Cut();
            await Eventually.TrueAsync(() => transport.State.Generation != generation, "the worker is back", cancellationToken);
            return message;
        }
    }
}
