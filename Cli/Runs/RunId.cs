using Skipper.Cli.Arguments;

namespace Skipper.Cli.Runs;

/// <summary>The id of a run: it goes into an address, so that nothing else may pass for one.</summary>
internal static class RunId
{
    /// <exception cref="UsageException">Not an id.</exception>
    public static string Of(CommandLine line, string parameter) => Of(line, line.Parameter(parameter), parameter);

    public static string Of(CommandLine line, string text, string parameter) => Guid.TryParse(text, out var id)
        ? id.ToString("D")
        : throw line.Misused($"{parameter} must be the id of a run, as 'skipper submit' prints it, was '{text}'.");
}
