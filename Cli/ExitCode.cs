namespace Skipper.Cli;

/// <summary>What a script can tell from the end of a command.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>A run failed, or Skipper refused the request.</summary>
    public const int Failed = 1;

    /// <summary>The command line or the configuration was not understood; nothing was sent.</summary>
    public const int Usage = 2;

    /// <summary>Nobody answers at the address.</summary>
    public const int Unreachable = 3;

    /// <summary>The API key is missing, not good, or may not do this.</summary>
    public const int Unauthorized = 4;

    /// <summary>Ctrl+C.</summary>
    public const int Interrupted = 130;
}
