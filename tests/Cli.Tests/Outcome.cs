using System.Text;
using System.Text.Json;

namespace Skipper.Cli.Tests;

/// <summary>How a command ended, and what it printed.</summary>
internal sealed record Outcome(int ExitCode, string Out, string Error)
{
    public JsonElement Json => JsonElement.Parse(Out);

    /// <summary>The lines of a table, without its header.</summary>
    public IReadOnlyList<string[]> Rows =>
        [.. Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(
            line => line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

    public static Task<Outcome> OfAsync(params string[] arguments) => OfAsync(arguments, "", []);

    public static async Task<Outcome> OfAsync(string[] arguments, string input, Dictionary<string, string> variables)
    {
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var code = await SkipperCommand.RunAsync(
            arguments,
            new Shell
            {
                Input = () => new MemoryStream(Encoding.UTF8.GetBytes(input)),
                Out = output,
                Error = error,
                Variable = variables.GetValueOrDefault,
            },
            TestContext.Current.CancellationToken);
        return new Outcome(code, output.ToString(), error.ToString());
    }

    /// <summary>This, where it ended well.</summary>
    public Outcome Done()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}: {Error}\n{Out}");
        Assert.Empty(Error);
        return this;
    }

    /// <summary>This, where it failed in the expected way.</summary>
    public Outcome Failed(int exitCode, params string[] reasons)
    {
        Assert.True(ExitCode == exitCode, $"exit code {ExitCode}: {Error}\n{Out}");
        Assert.All(reasons, reason => Assert.Contains(reason, Error, StringComparison.Ordinal));
        return this;
    }
}
