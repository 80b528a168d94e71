using System.ComponentModel.DataAnnotations;

namespace Skipper.Gateway.RunsApi;

/// <summary>How many clients may wait for changes of runs, and for how long.</summary>
public sealed class RunWatchOptions
{
    public const string Section = "Skipper:Runs:Watching";

    /// <summary>How many requests may wait at a time, long polls and event streams; more are answered 503. Default: 1000.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Skipper:Runs:Watching:MaxClients must be between 1 and 1000000")]
    public int MaxClients { get; set; } = 1000;

    /// <summary>The longest that a long poll waits, whatever the client asks for. Seconds. Default: 60.</summary>
    [Range(1, 3600, ErrorMessage = "Skipper:Runs:Watching:MaxWaitSeconds must be between 1 and 3600")]
    public int MaxWaitSeconds { get; set; } = 60;
}
