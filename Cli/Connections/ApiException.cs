namespace Skipper.Cli.Connections;

/// <summary>Skipper refused a request, or is not there.</summary>
internal sealed class ApiException(string message, int exitCode, string? code = null) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    /// <summary>What kind of refusal it is, as <c>not_found</c>; null where nobody answered.</summary>
    public string? Code { get; } = code;
}
