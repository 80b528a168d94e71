namespace Skipper.Cli.Completions;

/// <summary>
/// The scripts ask <c>skipper complete</c>, so that they never need to change; where it has no answer, files are offered.
/// </summary>
internal static class Scripts
{
    public static string Of(string shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        _ => PowerShell,
    };

    private const string Bash = """
        _skipper() {
          local current="${COMP_WORDS[COMP_CWORD]}" word
          COMPREPLY=()
          while IFS=$'\t' read -r word _; do
            COMPREPLY+=("$word")
          done < <(skipper complete --current="$current" -- "${COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null)
        }
        complete -o bashdefault -o default -F _skipper skipper

        """;

    private const string Zsh = """
        #compdef skipper
        _skipper() {
          local -a found
          local word summary
          while IFS=$'\t' read -r word summary; do
            found+=("${word//:/\\:}:$summary")
          done < <(skipper complete --current="${words[CURRENT]}" -- "${(@)words[2,CURRENT-1]}" 2>/dev/null)
          if (( $#found )); then _describe skipper found; else _files; fi
        }
        compdef _skipper skipper

        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName skipper -ScriptBlock {
          param($current, $line, $cursor)
          $words = $line.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursor }
          $before = @($words | ForEach-Object { "$_" })
          skipper complete "--current=$current" -- @before 2>$null | ForEach-Object {
            $word, $summary = $_ -split "`t", 2
            [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $summary)
          }
        }

        """;
}
