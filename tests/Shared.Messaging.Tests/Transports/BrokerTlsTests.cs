using Microsoft.Extensions.DependencyInjection;
using Skipper.Shared.Messaging.Events;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Hosting;
using Skipper.Testing;

namespace Skipper.Shared.Messaging.Tests.Transports;

public sealed class BrokerTlsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_and_events_are_encrypted_where_that_is_asked_for()
    {
        await using var proxy = new TlsProxy(TestServers.RabbitMq);
        var queue = $"tls-{Guid.NewGuid():N}";
        await using var process = await StartAsync(proxy, TlsProxy.ServerName, proxy.AuthorityFile, messaging => messaging
            .Handle<RawJson, RawJson, EchoHandler>(queue, "echo")
            .Subscribe<Happened, HappenedHandler>());

        var reply = await process.Client.CallAsync(queue, """{"task_type":"echo","n":1}"""u8.ToArray(), cancellationToken: Token);
        Assert.Contains("\"n\":1", System.Text.Encoding.UTF8.GetString(reply.Span), StringComparison.Ordinal);

        var id = Guid.NewGuid();
        await Eventually.TrueAsync(
            async () =>
            {
                await process.Services.GetRequiredService<IEventBus>().PublishAsync(new Happened { Id = id }, Token);
                return HappenedHandler.Last == id;
            },
            "the event arrives",
            Token);
        Assert.True(proxy.Connections >= 3, $"{proxy.Connections} connections went through the proxy");
    }

    [Fact]
    public async Task A_broker_with_another_name_is_not_trusted()
    {
        await using var proxy = new TlsProxy(TestServers.RabbitMq);

        await NeverConnectsAsync(proxy, "127.0.0.1", proxy.AuthorityFile);
    }

    [Fact]
    public async Task A_broker_of_another_authority_is_not_trusted()
    {
        await using var proxy = new TlsProxy(TestServers.RabbitMq);
        var other = TlsProxy.MakeAuthorityFile();

        await NeverConnectsAsync(proxy, TlsProxy.ServerName, other);
        await NeverConnectsAsync(proxy, TlsProxy.ServerName, authorityFile: null);

        File.Delete(other);
    }

    private static async Task NeverConnectsAsync(TlsProxy proxy, string serverName, string? authorityFile)
    {
        await using var process = await StartAsync(proxy, serverName, authorityFile, _ => { }, waitUntilReady: false);

        await Eventually.TrueAsync(
            () => Task.FromResult(process.Transport.State.Reason.Contains("certificate", StringComparison.OrdinalIgnoreCase)),
            "the transport says that it does not trust the certificate",
            Token);
        Assert.False(process.Transport.State.IsReady);
        Assert.Equal(0, proxy.Connections);
    }

    private static Task<MessagingProcess> StartAsync(
        TlsProxy proxy, string serverName, string? authorityFile, Action<MessagingBuilder> register, bool waitUntilReady = true) =>
        MessagingProcess.StartRabbitMqAsync(register, proxy.Port, waitUntilReady: waitUntilReady, settings: new Dictionary<string, string?>
        {
            ["Skipper:Messaging:RabbitMq:Tls"] = "true",
            ["Skipper:Messaging:RabbitMq:TlsServerName"] = serverName,
            ["Skipper:Messaging:RabbitMq:TlsAuthorityFile"] = authorityFile,
        });

    private sealed record Happened
    {
        public required Guid Id { get; init; }
    }

    private sealed class HappenedHandler : IEventHandler<Happened>
    {
        public static Guid Last { get; private set; }

        public Task HandleAsync(Happened message, CancellationToken cancellationToken)
        {
            Last = message.Id;
            return Task.CompletedTask;
        }
    }
}
