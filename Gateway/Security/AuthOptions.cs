using System.ComponentModel.DataAnnotations;

namespace Skipper.Gateway.Security;

/// <summary>Who may use the gateway.</summary>
public sealed class AuthOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Skipper:Auth";

    /// <summary>The mode that asks for a key.</summary>
    public const string ApiKeyMode = "ApiKey";

    /// <summary><c>None</c>: everybody, on loopback addresses only; <c>ApiKey</c>: who sends a key. Default: None.</summary>
    [RegularExpression("None|ApiKey", ErrorMessage = "Skipper:Auth:Mode must be None or ApiKey")]
    public string Mode { get; set; } = "None";

    /// <summary>
    /// Lets a gateway without authentication listen beyond loopback, because something in front of it decides who gets through. Default:
    /// false.
    /// </summary>
    public bool AllowAnonymousBeyondLoopback { get; set; }

    /// <summary>How many requests a key may make, unless it has a number of its own. Per minute; 0 = any. Default: 6000.</summary>
    [Range(0, 10_000_000, ErrorMessage = "Skipper:Auth:RequestsPerMinute must be between 0 and 10000000")]
    public int RequestsPerMinute { get; set; } = 6000;

    /// <summary>After how long a key that was made or revoked at another gateway is known here. Seconds. Default: 5.</summary>
    [Range(0.05, 3600, ErrorMessage = "Skipper:Auth:RefreshSeconds must be between 0.05 and 3600")]
    public double RefreshSeconds { get; set; } = 5;

    /// <summary>Whether a key is needed.</summary>
    public bool NeedsKey => Mode == ApiKeyMode;
}
