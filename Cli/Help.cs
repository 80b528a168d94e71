using System.Text;
using Skipper.Cli.Arguments;

namespace Skipper.Cli;

/// <summary>What the command line says about itself.</summary>
internal static class Help
{
    public static string Of(IReadOnlyList<Verb> verbs)
    {
        var text = new StringBuilder("Skipper: train, serve and watch models, from the command line.\n\n  skipper VERB [options]\n\n");
        Rows(text, verbs.Where(verb => !verb.IsHidden).Select(verb => (verb.Name, verb.Summary)));
        text.Append("\nOptions of every verb:\n");
        Rows(text, Option.Common.Select(option => (option.Usage, option.Summary)));
        return text.Append(
            """

            Exit codes: 0 done, 1 the run failed or Skipper refused, 2 not understood, 3 not reachable, 4 not authorized, 130 interrupted.
            'skipper VERB --help' shows what a verb takes, with examples.

            """).ToString();
    }

    public static string Of(Verb verb)
    {
        var parameters = string.Concat(verb.Parameters.Select(parameter => $" {parameter.Usage}"));
        var text = new StringBuilder($"{verb.Summary}\n\n  skipper {verb.Name}{parameters} [options]\n");
        if (verb.Parameters.Count > 0)
        {
            text.Append('\n');
            Rows(text, verb.Parameters.Select(parameter => (parameter.Name, parameter.Summary + Among(parameter.Choices))));
        }

        text.Append("\nOptions:\n");
        Rows(text, verb.AllOptions.Select(option => (option.Usage, option.Summary + Among(option.Choices))));
        text.Append("\nExamples:\n");
        foreach (var example in verb.Examples)
        {
            text.Append("  ").Append(example).Append('\n');
        }

        return text.ToString();
    }

    private static string Among(IReadOnlyList<string> choices) => choices.Count == 0 ? "" : $": {string.Join(", ", choices)}";

    private static void Rows(StringBuilder text, IEnumerable<(string Name, string Summary)> rows)
    {
        var all = rows.ToList();
        var width = all.Max(row => row.Name.Length);
        foreach (var (name, summary) in all)
        {
            text.Append("  ").Append(name.PadRight(width)).Append("  ").Append(summary).Append('\n');
        }
    }
}
