using Skipper.Cli.Arguments;

namespace Skipper.Cli.Completions;

internal static class CompletionVerbs
{
    private static readonly string[] Shells = ["bash", "zsh", "pwsh"];

    public static IReadOnlyList<Verb> All { get; } =
    [
        new("completion", "Prints a script that completes skipper's command lines.", PrintAsync)
        {
            Parameters = [new("SHELL", "for which shell") { Choices = Shells }],
            Examples =
            [
                "source <(skipper completion bash)                     # or in ~/.bashrc",
                "source <(skipper completion zsh)                      # or in ~/.zshrc, after compinit",
                "skipper completion pwsh | Out-String | Invoke-Expression   # or in $PROFILE",
            ],
        },
        new("complete", "Prints what may come next, for the completion scripts.", CompleteAsync)
        {
            Parameters = [new("WORD", "the words before") { IsOptional = true, IsMany = true }],
            Options = [new("current", "the word that is being written") { Value = "WORD" }],
            IsHidden = true,
        },
    ];

    private static async Task<int> PrintAsync(Session session)
    {
        await session.Shell.Out.WriteAsync(Scripts.Of(session.Line.Parameter("SHELL")));
        return ExitCode.Done;
    }

    private static async Task<int> CompleteAsync(Session session)
    {
        var found = Completer.Complete([.. session.Line.Parameters("WORD")], session.Line.Option("current") ?? "", SkipperCommand.Verbs);
        foreach (var (word, summary) in found)
        {
            await session.Shell.Out.WriteAsync($"{word}\t{summary}\n");
        }

        return ExitCode.Done;
    }
}
