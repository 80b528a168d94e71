using System.Diagnostics;
using System.Text.Json;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Serving.Suspects;

/// <summary>How this program is started a second time.</summary>
/// <param name="Program">Path.</param>
/// <param name="Arguments">Command line.</param>
internal sealed record SuspectCommand(string Program, IReadOnlyList<string> Arguments);

/// <summary>This program, started once more only to score; ends when it is disposed, or with its parent.</summary>
internal sealed class SuspectProcess : IDisposable
{
    /// <summary>Set in the environment of the second process.</summary>
    public const string Variable = "SKIPPER_SUSPECTS";

    private readonly Process _process;

    private SuspectProcess(Process process) => _process = process;

    public static SuspectProcess Start(SuspectCommand command)
    {
        var start = new ProcessStartInfo(command.Program, command.Arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment[Variable] = "1";
        return new SuspectProcess(Process.Start(start)!);
    }

    /// <summary>Asks it; null where it died before it answered.</summary>
    public async Task<SuspectReply?> AskAsync(SuspectRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(request, MessageJson.Options).AsMemory(), cancellationToken);
            await _process.StandardInput.FlushAsync(cancellationToken);
            while (await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            {
                // Libraries may write what they like.
                if (line.StartsWith('{'))
                {
                    return JsonSerializer.Deserialize<SuspectReply>(line, MessageJson.Options);
                }
            }
        }
        catch (IOException)
        {
            // It is gone.
        }

        return null;
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
