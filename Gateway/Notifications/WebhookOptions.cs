using System.ComponentModel.DataAnnotations;

namespace Skipper.Gateway.Notifications;

/// <summary>Who is called when runs end.</summary>
public sealed class WebhookOptions
{
    public const string Section = "Skipper:Webhooks";

    /// <summary>Called at the end of every run, besides the callback of the run itself. Default: nobody.</summary>
    public List<WebhookEndpoint> Endpoints { get; } = [];

    /// <summary>
    /// Secrets for signatures by name: base64 after <c>whsec_</c>, as Standard Webhooks writes it, or any text. Default: none.
    /// </summary>
    public Dictionary<string, string> Secrets { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Whether targets may be in private, loopback and link-local networks. Whoever starts runs could otherwise make the gateway call
    /// what only the gateway reaches. Default: false.
    /// </summary>
    public bool AllowPrivateNetworks { get; set; }

    /// <summary>How long a receiver, or a mail server, may take. Seconds. Default: 10.</summary>
    [Range(0.1, 60, ErrorMessage = "Skipper:Webhooks:TimeoutSeconds must be between 0.1 and 60")]
    public double TimeoutSeconds { get; set; } = 10;
}

/// <summary>Somebody who is called when runs end.</summary>
public sealed class WebhookEndpoint
{
    /// <summary>An absolute http or https address.</summary>
    public string Url { get; set; } = "";

    /// <summary>Types of events, such as <c>run.failed</c>. Default: all.</summary>
    public List<string> Events { get; } = [];

    /// <summary>A name in <see cref="WebhookOptions.Secrets"/>. Default: calls are not signed.</summary>
    public string? SecretName { get; set; }
}
