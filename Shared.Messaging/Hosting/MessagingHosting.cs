using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Skipper.Shared.Messaging.DeadLetters;
using Skipper.Shared.Messaging.Duplicates;
using Skipper.Shared.Messaging.Events;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Payloads;
using Skipper.Shared.Messaging.Rpc;
using Skipper.Shared.Messaging.StepLogs;
using Skipper.Shared.Messaging.Streaming;
using Skipper.Shared.Messaging.Telemetry;
using Skipper.Shared.Messaging.Transports;
using Skipper.Shared.Messaging.Transports.InProcess;
using Skipper.Shared.Messaging.Transports.RabbitMq;

namespace Skipper.Shared.Messaging.Hosting;

/// <summary>Adds the mesh to a process.</summary>
public static class MessagingHosting
{
    /// <summary>
    /// Adds client, worker host and event bus once per process, and returns where handlers are registered.
    /// </summary>
    public static MessagingBuilder AddMessaging(this IHostApplicationBuilder builder)
    {
        if (builder.Services.All(service => service.ServiceType != typeof(IRpcClient)))
        {
            AddRuntime(builder);
        }

        return new MessagingBuilder(builder.Services);
    }

    private static void AddRuntime(IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);

        // Starts first and stops last: the end of everything else is to be seen.
        builder.AddTelemetry();
        services.AddOptions<MessagingOptions>()
            .BindConfiguration(MessagingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<RabbitMqOptions>()
            .Configure<IConfiguration>(ReadOriginalNames)
            .BindConfiguration(RabbitMqOptions.Section).ValidateDataAnnotations().ValidateOnStart();

        services.AddOptions<QueueOptions>()
            .BindConfiguration(QueueOptions.Section).ValidateDataAnnotations().ValidateOnStart();

        var inProcess = builder.Configuration[$"{MessagingOptions.Section}:Transport"] == "inprocess";
        if (inProcess)
        {
            services.AddSingleton<ITransport, InProcessTransport>();
        }
        else
        {
            services.AddSingleton<QueueDeclarer>();
            services.AddSingleton<RabbitMqTransport>();
            services.AddSingleton<ITransport>(provider => provider.GetRequiredService<RabbitMqTransport>());
            services.AddHostedService(provider => provider.GetRequiredService<RabbitMqTransport>());
        }

        services.AddOptions<PayloadOptions>()
            .BindConfiguration(PayloadOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<ClaimCheck>();
        services.AddSingleton<IClaimCheck>(provider => provider.GetRequiredService<ClaimCheck>());
        services.AddSingleton<ReplyStreams>();
        services.AddSingleton<IRpcClient, RpcClient>();
        services.AddSingleton<HandlerRegistry>();
        services.AddSingleton<AttemptRunner>();
        services.AddSingleton<ILoggerProvider, StepLogProvider>();
        services.AddSingleton<DeadLetterQueue>();
        services.AddSingleton<RedeliveryGuard>();
        services.AddSingleton<Deduplicator>();
        services.TryAddSingleton<IAnswerMemory, ProcessMemory>();
        services.AddOptions<DuplicateOptions>()
            .BindConfiguration(DuplicateOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<RunningCalls>();
        services.AddSingleton<DeliveryPipeline>();
        services.AddHostedService<WorkerHost>();
        services.AddHealthChecks().AddCheck<TransportHealthCheck>("broker");
        services.AddEvents(inProcess);
    }

    /// <summary>
    /// The environment variables of the original engine, which apply where the section does not say otherwise.
    /// </summary>
    private static void ReadOriginalNames(RabbitMqOptions options, IConfiguration configuration)
    {
        options.Host = configuration["RABBITMQ_HOST"] ?? options.Host;
        options.Port = configuration.GetValue<int?>("RABBITMQ_PORT") ?? options.Port;
        options.User = configuration["RABBITMQ_USER"] ?? options.User;
        options.Password = configuration["RABBITMQ_PASSWORD"] ?? options.Password;
        options.Tls = configuration.GetValue<bool?>("RABBITMQ_TLS") ?? options.Tls;
    }
}
