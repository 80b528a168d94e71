using System.Diagnostics;

namespace Skipper.Cli.Tests.Completions;

public sealed class CompletionTests
{
    [Theory]
    [InlineData("", "ru", "runs run")]
    [InlineData("", "data", "datasets")]
    [InlineData("datasets", "", "list import")]
    [InlineData("dead-letters", "r", "replay")]
    [InlineData("runs", "--st", "--state")]
    [InlineData("runs --state", "f", "failed")]
    [InlineData("runs --limit", "", "")]
    [InlineData("completion", "", "bash zsh pwsh")]
    [InlineData("completion bash", "", "")]
    [InlineData("keys create ci --scope", "", "read run admin")]
    [InlineData("help", "sub", "submit")]
    [InlineData("complete", "", "")]
    [InlineData("nothing", "", "")]
    public async Task What_may_come_next_is_offered(string before, string current, string expected)
    {
        var words = before.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var outcome = (await Outcome.OfAsync(["complete", $"--current={current}", "--", .. words])).Done();
        var offered = outcome.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')[0]);
        Assert.Equal(expected, string.Join(' ', offered));
    }

    [Theory]
    [InlineData("bash", "complete -o bashdefault -o default -F _skipper skipper")]
    [InlineData("zsh", "compdef _skipper skipper")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName skipper")]
    public async Task Every_shell_gets_a_script(string shell, string registration) =>
        Assert.Contains(registration, (await Outcome.OfAsync("completion", shell)).Done().Out, StringComparison.Ordinal);

    [Fact]
    public async Task Bash_completes_with_the_script()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no bash.");
        var script = (await Outcome.OfAsync("completion", "bash")).Done().Out;
        var program = Path.Combine(AppContext.BaseDirectory, "Skipper.Cli.dll");
        var start = new ProcessStartInfo("bash")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            ArgumentList = { "--norc" },
        };
        using var bash = Process.Start(start)!;
        await bash.StandardInput.WriteAsync($$"""
            skipper() { dotnet exec '{{program}}' "$@"; }
            {{script}}
            COMP_WORDS=(skipper keys create ci --scope r) COMP_CWORD=5
            _skipper
            echo "${COMPREPLY[*]}"
            COMP_WORDS=(skipper dead-letters '') COMP_CWORD=2
            _skipper
            echo "${COMPREPLY[*]}"

            """);
        bash.StandardInput.Close();
        var offered = await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal("read run\nlist replay delete\n", offered);
    }
}
