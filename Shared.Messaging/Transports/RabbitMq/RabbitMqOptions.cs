using System.ComponentModel.DataAnnotations;

namespace Skipper.Shared.Messaging.Transports.RabbitMq;

/// <summary>
/// Where the broker is. <c>RABBITMQ_HOST</c>, <c>RABBITMQ_PORT</c>, <c>RABBITMQ_USER</c> and <c>RABBITMQ_PASSWORD</c>
/// are honored where a setting is absent.
/// </summary>
public sealed class RabbitMqOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Skipper:Messaging:RabbitMq";

    /// <summary>Host name or address. Default: 127.0.0.1.</summary>
    [Required(ErrorMessage = "Skipper:Messaging:RabbitMq:Host must be a host name or address, was empty")]
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>AMQP port. Default: 5672.</summary>
    [Range(1, 65535, ErrorMessage = "Skipper:Messaging:RabbitMq:Port must be between 1 and 65535")]
    public int Port { get; set; } = 5672;

    /// <summary>User name. Default: guest, which a broker accepts from its own machine only.</summary>
    public string User { get; set; } = "guest";

    /// <summary>Password. Default: guest.</summary>
    public string Password { get; set; } = "guest";

    /// <summary>Virtual host. Default: /.</summary>
    public string VirtualHost { get; set; } = "/";

    /// <summary>Encrypts the connection (AMQPS, usually port 5671) and checks the broker's certificate. Default: false.</summary>
    public bool Tls { get; set; }

    /// <summary>The name that the certificate must be for. Default: the host.</summary>
    public string? TlsServerName { get; set; }

    /// <summary>
    /// A PEM file with the authority that signed the broker's certificate. Default: none; the authorities of the machine decide.
    /// </summary>
    public string? TlsAuthorityFile { get; set; }
}
