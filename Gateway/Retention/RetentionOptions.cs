using System.ComponentModel.DataAnnotations;

namespace Skipper.Gateway.Retention;

/// <summary>How long ended runs are kept.</summary>
public sealed class RetentionOptions
{
    /// <summary>Beside the other settings of runs.</summary>
    public const string Section = "Skipper:Runs";

    /// <summary>How long runs that succeeded are kept after their end; 0 = forever. Days. Default: 7.</summary>
    [Range(0, 36_500, ErrorMessage = "Skipper:Runs:RetentionDays must be between 0 and 36500")]
    public double RetentionDays { get; set; } = 7;

    /// <summary>How long runs that ended otherwise are kept after their end; 0 = forever. Days. Default: 30.</summary>
    [Range(0, 36_500, ErrorMessage = "Skipper:Runs:FailedRetentionDays must be between 0 and 36500")]
    public double FailedRetentionDays { get; set; } = 30;

    /// <summary>How long a request with the same Idempotency-Key is taken for the same. Hours. Default: 24.</summary>
    [Range(1, 8760, ErrorMessage = "Skipper:Runs:IdempotencyHours must be between 1 and 8760")]
    public double IdempotencyHours { get; set; } = 24;
}
