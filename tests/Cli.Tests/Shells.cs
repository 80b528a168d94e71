namespace Skipper.Cli.Tests;

internal static class Shells
{
    /// <summary>Without input and environment; nobody sees what is printed.</summary>
    public static Shell Silent { get; } = new()
    {
        Input = () => Stream.Null,
        Out = TextWriter.Null,
        Error = TextWriter.Null,
        Variable = _ => null,
    };
}
