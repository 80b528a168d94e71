using System.ComponentModel.DataAnnotations;

namespace Skipper.Shared.Messaging.Payloads;

/// <summary>When a body leaves the broker for the payload store, and how large it may be.</summary>
public sealed class PayloadOptions : IValidatableObject
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Skipper:Messaging:Payloads";

    private const int MiB = 1024 * 1024;

    /// <summary>A larger body travels as a reference, where the peer takes one. Bytes. Default: 262144.</summary>
    [Range(1024, 16 * MiB, ErrorMessage = "Skipper:Messaging:Payloads:ThresholdBytes must be between 1024 and 16777216")]
    public int ThresholdBytes { get; set; } = 256 * 1024;

    /// <summary>
    /// The largest body inside a message; RabbitMQ 4 refuses more than the default. Bytes. Default: 16777216.
    /// </summary>
    [Range(1024, 64 * MiB, ErrorMessage = "Skipper:Messaging:Payloads:InlineLimitBytes must be between 1024 and 67108864")]
    public int InlineLimitBytes { get; set; } = 16 * MiB;

    /// <summary>The largest body that travels as a reference; its receiver holds it in memory. Bytes. Default: 268435456.</summary>
    [Range(1024, 1024 * MiB, ErrorMessage = "Skipper:Messaging:Payloads:LimitBytes must be between 1024 and 1073741824")]
    public int LimitBytes { get; set; } = 256 * MiB;

    /// <summary>
    /// How long a body is kept for a receiver without a deadline, such as the result of a durable task. Hours. Default: 168.
    /// </summary>
    [Range(1, 8760, ErrorMessage = "Skipper:Messaging:Payloads:RetentionHours must be between 1 and 8760")]
    public double RetentionHours { get; set; } = 168;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ThresholdBytes > InlineLimitBytes || InlineLimitBytes > LimitBytes)
        {
            yield return new ValidationResult(
                $"{Section}: ThresholdBytes ({ThresholdBytes}) must not be above InlineLimitBytes ({InlineLimitBytes}), "
                + $"and that not above LimitBytes ({LimitBytes})");
        }
    }
}
