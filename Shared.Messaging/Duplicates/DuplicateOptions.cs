using System.ComponentModel.DataAnnotations;

namespace Skipper.Shared.Messaging.Duplicates;

/// <summary>How long, and how much, a worker remembers of what it has answered; for handlers that ask for it.</summary>
public sealed class DuplicateOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Skipper:Messaging:Duplicates";

    /// <summary>How long an answer is remembered. Seconds. Default: 600.</summary>
    [Range(1, 86_400, ErrorMessage = "Skipper:Messaging:Duplicates:WindowSeconds must be between 1 and 86400")]
    public double WindowSeconds { get; set; } = 600;

    /// <summary>How many answers are remembered at most; the oldest are forgotten first. Default: 10000.</summary>
    [Range(1, 10_000_000, ErrorMessage = "Skipper:Messaging:Duplicates:MaxAnswers must be between 1 and 10000000")]
    public int MaxAnswers { get; set; } = 10_000;

    /// <summary>How much memory their bodies may take; the oldest are forgotten first. MiB. Default: 64.</summary>
    [Range(1, 65_536, ErrorMessage = "Skipper:Messaging:Duplicates:MaxMegabytes must be between 1 and 65536")]
    public int MaxMegabytes { get; set; } = 64;
}
