namespace Skipper.Shared.Messaging.Transports.RabbitMq;

/// <summary>What <see cref="QueueDeclarer"/> asks a broker to do.</summary>
internal interface IQueueBroker
{
    /// <summary>The broker's version; null = unknown.</summary>
    Version? Version { get; }

    /// <summary>Whether the queue exists, in whatever shape.</summary>
    Task<bool> ExistsAsync(string queue);

    /// <summary>Declares it on a channel of its own, which a refusal (406) closes.</summary>
    Task DeclareAsync(string queue, QueueShape shape);

    /// <summary>Declares it on a connection of its own, which a refusal (541) closes.</summary>
    Task DeclareApartAsync(string queue, QueueShape shape);
}
