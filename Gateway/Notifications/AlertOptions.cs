namespace Skipper.Gateway.Notifications;

/// <summary>Who is told of runs that failed or timed out.</summary>
public sealed class AlertOptions
{
    public const string Section = "Skipper:Alerts";

    /// <summary>Called with the same body as any webhook; <c>Events</c> says nothing here. Default: nobody.</summary>
    public List<WebhookEndpoint> Webhooks { get; } = [];

    /// <summary>Mail. Default: none is sent.</summary>
    public SmtpOptions Smtp { get; } = new();
}

/// <summary>How mail is sent.</summary>
public sealed class SmtpOptions
{
    /// <summary>The mail server; absent = no mail.</summary>
    public string? Host { get; set; }

    /// <summary>Its port. Default: 25.</summary>
    public int Port { get; set; } = 25;

    /// <summary>The sender.</summary>
    public string From { get; set; } = "";

    /// <summary>The receivers.</summary>
    public List<string> To { get; } = [];

    /// <summary>For servers that want one; with STARTTLS only. Default: none.</summary>
    public string? UserName { get; set; }

    /// <summary>Never logged. Default: none.</summary>
    public string? Password { get; set; }
}
