namespace Skipper.Cli.Arguments;

/// <summary>The command line or the configuration is not understood; the message says what was expected.</summary>
internal sealed class UsageException(string message, Verb? verb = null) : Exception(message)
{
    /// <summary>Whose help explains it; null where no verb was understood.</summary>
    public Verb? Verb { get; } = verb;
}
