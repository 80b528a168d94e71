using System.ComponentModel.DataAnnotations;

namespace Skipper.Shared.Messaging.Hosting;

/// <summary>How this process talks to the mesh.</summary>
public sealed class MessagingOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Skipper:Messaging";

    /// <summary><c>rabbitmq</c> or <c>inprocess</c>. Default: rabbitmq.</summary>
    [RegularExpression("rabbitmq|inprocess", ErrorMessage = "Skipper:Messaging:Transport must be rabbitmq or inprocess")]
    public string Transport { get; set; } = "rabbitmq";

    /// <summary>How long a call waits when it does not say. Seconds. Default: 30.</summary>
    [Range(0.05, 3600, ErrorMessage = "Skipper:Messaging:TimeoutSeconds must be between 0.05 and 3600")]
    public double TimeoutSeconds { get; set; } = 30;

    /// <summary>How many calls may be in flight per queue before more are refused. Default: 4096.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Skipper:Messaging:MaxInFlight must be between 1 and 1000000")]
    public int MaxInFlight { get; set; } = 4096;

    /// <summary>How long a stopping worker may finish what it has begun. Seconds. Default: 20.</summary>
    [Range(0, 3600, ErrorMessage = "Skipper:Messaging:DrainSeconds must be between 0 and 3600")]
    public double DrainSeconds { get; set; } = 20;

    /// <summary><see cref="TimeoutSeconds"/> as a duration.</summary>
    public TimeSpan Timeout => TimeSpan.FromSeconds(TimeoutSeconds);
}
