using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Skipper.Shared.Messaging.Transports.RabbitMq;

namespace Skipper.Shared.Messaging.Events;

/// <summary>
/// Adds the event bus: every process has one temporary queue, so each instance of a service gets each event.
/// </summary>
internal static class EventHosting
{
    public static void AddEvents(this IServiceCollection services, bool inProcess)
    {
        services.AddSingleton<IEventBus, MassTransitEventBus>();
        // A bus whose broker is gone without a word would use up the time that draining workers need.
        services.Configure<MassTransitHostOptions>(host => host.StopTimeout = TimeSpan.FromSeconds(5));
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            if (inProcess)
            {
                bus.UsingInMemory((context, configurator) => Receive(context, configurator));
                return;
            }

            bus.UsingRabbitMq((context, configurator) =>
            {
                var options = context.GetRequiredService<IOptions<RabbitMqOptions>>().Value;
                configurator.Host(options.Host, (ushort)options.Port, options.VirtualHost, host =>
                {
                    host.Username(options.User);
                    host.Password(options.Password);
                    host.Heartbeat(TimeSpan.FromSeconds(10));
                    if (options.Tls)
                    {
                        host.UseSsl(tls => Encrypt(tls, options));
                    }
                });
                Receive(context, configurator);
            });
        });
    }

    private static void Encrypt(IRabbitMqSslConfigurator tls, RabbitMqOptions options)
    {
        tls.ServerName = options.TlsServerName ?? options.Host;
        tls.UseCertificateAsAuthenticationIdentity = false;
        tls.CertificateValidationCallback = BrokerTls.Check(options);
    }

    private static void Receive(IBusRegistrationContext context, IBusFactoryConfigurator configurator)
    {
        var subscriptions = context.GetServices<EventSubscription>().ToList();
        if (subscriptions.Count > 0)
        {
            configurator.ReceiveEndpoint(new TemporaryEndpointDefinition(), DefaultEndpointNameFormatter.Instance, endpoint =>
            {
                foreach (var subscription in subscriptions)
                {
                    subscription.Configure(endpoint, context);
                }
            });
        }
    }
}
