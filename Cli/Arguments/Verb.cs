namespace Skipper.Cli.Arguments;

/// <summary>Something that the command line can do.</summary>
/// <param name="Name">One word, or two: <c>datasets import</c>.</param>
/// <param name="Summary">One line.</param>
/// <param name="Run">Does it and returns an <see cref="ExitCode"/>.</param>
internal sealed record Verb(string Name, string Summary, Func<Session, Task<int>> Run)
{
    public IReadOnlyList<Parameter> Parameters { get; init; } = [];

    /// <summary>Without those that every verb has.</summary>
    public IReadOnlyList<Option> Options { get; init; } = [];

    /// <summary>Complete commands, the simplest first.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];

    /// <summary>For programs; not in the help.</summary>
    public bool IsHidden { get; init; }

    public string[] Words => Name.Split(' ');

    public IEnumerable<Option> AllOptions => Options.Concat(Option.Common);
}

/// <summary>A value that is told from others by its place.</summary>
internal sealed record Parameter(string Name, string Summary)
{
    public bool IsOptional { get; init; }

    /// <summary>Takes all values that are left.</summary>
    public bool IsMany { get; init; }

    /// <summary>The only values that make sense; empty = any.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    public string Usage => (IsOptional, IsMany) switch
    {
        (true, true) => $"[{Name}...]",
        (true, false) => $"[{Name}]",
        (false, true) => $"{Name}...",
        _ => Name,
    };
}

/// <summary>A value that is told from others by its name.</summary>
internal sealed record Option(string Name, string Summary)
{
    /// <summary>What to write for the value; null = a switch.</summary>
    public string? Value { get; init; }

    /// <summary>May be there several times.</summary>
    public bool IsMany { get; init; }

    /// <summary>The only values that make sense; empty = any.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    public string Usage => Value is null ? $"--{Name}" : $"--{Name} {Value}";

    public static IReadOnlyList<Option> Common { get; } =
    [
        new("json", "print JSON instead of a table"),
        new("url", "where Skipper is (default: http://127.0.0.1:8080)") { Value = "URL" },
        new("api-key", "the key to send; better in SKIPPER_API_KEY or the configuration, where others do not see it") { Value = "KEY" },
        new("config", "the configuration file") { Value = "FILE" },
        new("help", "show this help"),
    ];
}
