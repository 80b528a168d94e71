using Skipper.Cli.Arguments;

namespace Skipper.Cli.Completions;

/// <summary>What may come next on a command line.</summary>
internal static class Completer
{
    /// <summary>Words and what they mean.</summary>
    /// <param name="before">The complete words, without the command itself.</param>
    /// <param name="current">The word that is being written; may be empty.</param>
    /// <param name="verbs">All verbs.</param>
    public static IEnumerable<(string Word, string Summary)> Complete(
        IReadOnlyList<string> before, string current, IReadOnlyList<Verb> verbs) =>
        Candidates(before, current, [.. verbs.Where(verb => !verb.IsHidden)])
            .Where(candidate => candidate.Word.StartsWith(current, StringComparison.Ordinal));

    private static IEnumerable<(string Word, string Summary)> Candidates(
        IReadOnlyList<string> before, string current, IReadOnlyList<Verb> verbs)
    {
        if (before.Count == 0 || before is ["help"])
        {
            return verbs.GroupBy(verb => verb.Words[0]).Select(group => (group.Key, group.First().Summary));
        }

        var group = verbs.Where(verb => verb.Words[0] == before[0]).ToList();
        var verb = group is [{ Words.Length: 1 } single]
            ? single
            : group.Find(verb => verb.Words[1] == before.ElementAtOrDefault(1));
        if (verb is null)
        {
            return before.Count == 1 && !current.StartsWith('-') ? group.Select(verb => (verb.Words[1], verb.Summary)) : [];
        }

        var rest = before.Skip(verb.Words.Length).ToList();
        if (OptionOf(verb, rest.LastOrDefault()) is { Value: not null } open)
        {
            return open.Choices.Select(choice => (choice, open.Summary));
        }

        return current.StartsWith('-')
            ? verb.AllOptions.Select(option => ($"--{option.Name}", option.Summary))
            : ChoicesOf(verb, CountValues(verb, rest));
    }

    private static IEnumerable<(string Word, string Summary)> ChoicesOf(Verb verb, int place) =>
        verb.Parameters.ElementAtOrDefault(place) is { } parameter
            ? parameter.Choices.Select(choice => (choice, parameter.Summary))
            : [];

    private static int CountValues(Verb verb, List<string> words) => words
        .Where((word, i) => !word.StartsWith('-') && (i == 0 || OptionOf(verb, words[i - 1]) is not { Value: not null }))
        .Count();

    private static Option? OptionOf(Verb verb, string? word) => verb.AllOptions.FirstOrDefault(option => $"--{option.Name}" == word);
}
