using Microsoft.Extensions.DependencyInjection;
using Skipper.Shared.Messaging.Hosting;

namespace Skipper.Shared.Messaging.Tests.Telemetry;

public sealed class InProcessTelemetryTests : TelemetryContract
{
    private protected override Task<MessagingProcess> StartAsync(
        Action<MessagingBuilder> register,
        Action<IServiceCollection>? services = null,
        IReadOnlyDictionary<string, string?>? settings = null) =>
        MessagingProcess.StartInProcessAsync(register, services, settings);
}

public sealed class RabbitMqTelemetryTests : TelemetryContract
{
    private protected override Task<MessagingProcess> StartAsync(
        Action<MessagingBuilder> register,
        Action<IServiceCollection>? services = null,
        IReadOnlyDictionary<string, string?>? settings = null) =>
        MessagingProcess.StartRabbitMqAsync(register, services: services, settings: settings);
}
