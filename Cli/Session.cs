using System.Text.Json;
using Skipper.Cli.Arguments;
using Skipper.Cli.Connections;
using Skipper.Cli.Output;

namespace Skipper.Cli;

/// <summary>One command: what was asked, where it is asked, where the answer goes.</summary>
internal sealed class Session(CommandLine line, Shell shell, CancellationToken cancellationToken) : IDisposable
{
    private ApiClient? _api;

    public CommandLine Line { get; } = line;

    public Shell Shell { get; } = shell;

    public Screen Screen { get; } = new(shell);

    public CancellationToken CancellationToken { get; } = cancellationToken;

    public bool IsJson => Line.Has("json");

    /// <exception cref="UsageException">The configuration is not understood.</exception>
    public ApiClient Api => _api ??= new ApiClient(Settings.Read(Line, Shell), CancellationToken);

    /// <summary>Shows an answer, as JSON where that was asked for.</summary>
    public int Show(JsonElement answer, Action<Screen> table)
    {
        if (IsJson)
        {
            Screen.Json(answer);
        }
        else
        {
            table(Screen);
        }

        return ExitCode.Done;
    }

    /// <summary>What a file or, as <c>-</c>, the standard input has.</summary>
    /// <exception cref="UsageException">It cannot be read.</exception>
    public Stream Open(string file)
    {
        try
        {
            return file == "-" ? Shell.Input() : File.OpenRead(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Line.Misused($"{file} cannot be read: {exception.Message}");
        }
    }

    public void Dispose() => _api?.Dispose();
}
