using System.Text;

namespace Skipper.Cli;

/// <summary>What surrounds a command: streams, environment, clock.</summary>
internal sealed record Shell
{
    /// <summary>What is piped in.</summary>
    public required Func<Stream> Input { get; init; }

    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>A variable of the environment; null where it is not set.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>Whether a person looks at <see cref="Out"/>: colors, progress bars, the width of the window.</summary>
    public bool IsTerminal { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public static Shell OfProcess()
    {
        // Bytes of other encodings would spoil a CSV or JSON that is piped on.
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        return new Shell
        {
            Input = Console.OpenStandardInput,
            Out = Console.Out,
            Error = Console.Error,
            Variable = name => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null,
            IsTerminal = !Console.IsOutputRedirected,
        };
    }
}
