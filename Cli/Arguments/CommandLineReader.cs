namespace Skipper.Cli.Arguments;

/// <summary>Reads a command line; says what is wrong with it, and what was probably meant.</summary>
internal static class CommandLineReader
{
    /// <exception cref="UsageException">Not understood.</exception>
    public static CommandLine Read(IReadOnlyList<string> arguments, IReadOnlyList<Verb> verbs)
    {
        var (verb, rest) = FindVerb(arguments, verbs);
        var values = new List<string>();
        var options = new List<(string Name, string Value)>();
        for (var i = 0; i < rest.Count; i++)
        {
            if (rest[i] == "--")
            {
                values.AddRange(rest.Skip(i + 1));
                break;
            }

            if (rest[i] == "-h")
            {
                options.Add(("help", ""));
            }
            else if (rest[i].StartsWith("--", StringComparison.Ordinal))
            {
                options.Add(ReadOption(verb, rest, ref i));
            }
            else
            {
                values.Add(rest[i]);
            }
        }

        var line = new CommandLine(verb, values, options.ToLookup(option => option.Name, option => option.Value));
        if (!line.Has("help"))
        {
            Check(verb, values, options);
        }

        return line;
    }

    /// <summary>The verb, and what is left without it.</summary>
    private static (Verb Verb, IReadOnlyList<string> Others) FindVerb(IReadOnlyList<string> arguments, IReadOnlyList<Verb> verbs)
    {
        var place = FirstWord(arguments);
        if (place == arguments.Count)
        {
            throw new UsageException("Expected a verb.");
        }

        var word = arguments[place];
        var group = verbs.Where(verb => verb.Words[0] == word).ToList();
        if (group.Count == 0)
        {
            throw new UsageException(Unknown("verb", word, verbs.Where(verb => !verb.IsHidden).Select(verb => verb.Words[0]).Distinct()));
        }

        if (group is [{ Words.Length: 1 } single])
        {
            return (single, [.. arguments.Take(place), .. arguments.Skip(place + 1)]);
        }

        var next = arguments.ElementAtOrDefault(place + 1);
        if (next is null || next.StartsWith('-'))
        {
            return (group[0], [.. arguments.Take(place), .. arguments.Skip(place + 1)]);
        }

        var found = group.Find(verb => verb.Words[1] == next)
            ?? throw new UsageException(Unknown("verb", $"{word} {next}", group.Select(verb => verb.Name)));
        return (found, [.. arguments.Take(place), .. arguments.Skip(place + 2)]);
    }

    /// <summary>Options that every verb has may come before it.</summary>
    private static int FirstWord(IReadOnlyList<string> arguments)
    {
        var i = 0;
        while (i < arguments.Count && arguments[i].StartsWith('-'))
        {
            var takesNext = Option.Common.Any(option => option.Value is not null && $"--{option.Name}" == arguments[i]);
            i += takesNext ? 2 : 1;
        }

        return Math.Min(i, arguments.Count);
    }

    private static (string Name, string Value) ReadOption(Verb verb, IReadOnlyList<string> rest, ref int i)
    {
        var parts = rest[i][2..].Split('=', 2);
        var option = verb.AllOptions.FirstOrDefault(option => option.Name == parts[0])
            ?? throw new UsageException(
                Unknown("option", $"--{parts[0]}", verb.AllOptions.Select(option => $"--{option.Name}")), verb);
        if (option.Value is null)
        {
            return parts.Length == 1
                ? (option.Name, "")
                : throw new UsageException($"--{option.Name} takes no value, found '{parts[1]}'.", verb);
        }

        if (parts.Length == 1 && (i + 1 == rest.Count || rest[i + 1].StartsWith("--", StringComparison.Ordinal)))
        {
            throw new UsageException($"--{option.Name} needs a value: {option.Usage}.", verb);
        }

        var value = parts.Length == 2 ? parts[1] : rest[++i];
        CheckChoice($"--{option.Name}", value, option.Choices, verb);
        return (option.Name, value);
    }

    private static void Check(Verb verb, List<string> values, List<(string Name, string Value)> options)
    {
        if (verb.Options.FirstOrDefault(
            option => !option.IsMany && options.Count(found => found.Name == option.Name) > 1) is { } twice)
        {
            throw new UsageException($"--{twice.Name} must be there once.", verb);
        }

        if (verb.Parameters.Skip(values.Count).FirstOrDefault(parameter => !parameter.IsOptional) is { } missing)
        {
            throw new UsageException($"{missing.Name} is missing: {missing.Summary}.", verb);
        }

        if (values.Count > verb.Parameters.Count && verb.Parameters is not [.., { IsMany: true }])
        {
            throw new UsageException($"'{values[verb.Parameters.Count]}' is one value too many.", verb);
        }

        foreach (var (parameter, value) in verb.Parameters.Zip(values))
        {
            CheckChoice(parameter.Name, value, parameter.Choices, verb);
        }
    }

    private static void CheckChoice(string name, string value, IReadOnlyList<string> choices, Verb verb)
    {
        if (choices.Count > 0 && !choices.Contains(value, StringComparer.Ordinal))
        {
            throw new UsageException(
                $"{name} must be {string.Join(", ", choices)}, was '{value}'.{Guess.Of(value, choices)}", verb);
        }
    }

    private static string Unknown(string kind, string name, IEnumerable<string> known) =>
        $"Unknown {kind} '{name}'; known are {string.Join(", ", known)}.{Guess.Of(name, known)}";
}
