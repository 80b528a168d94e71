namespace Skipper.Standalone.Demo;

/// <summary>What the demo was asked to do.</summary>
internal sealed record DemoOptions
{
    public string? Csv { get; private init; }

    public IReadOnlyList<string> Targets { get; private init; } = ["price", "ptratio"];

    public string Engine { get; private init; } = "auto";

    public bool Verbose { get; private init; }

    /// <summary>Options of the host, such as <c>--Skipper:DataDirectory</c>.</summary>
    public IReadOnlyList<string> HostArguments { get; private init; } = [];

    /// <summary>The dataset's and the model's name: that of the CSV file, or the sample's.</summary>
    public string Name => Csv is null
        ? "housing"
        : string.Concat(Path.GetFileNameWithoutExtension(Csv).ToLowerInvariant()
            .Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_'));

    /// <exception cref="ArgumentException">What was wrong, for the user.</exception>
    public static DemoOptions Parse(string[] args)
    {
        var options = new DemoOptions();
        for (var i = 0; i < args.Length; i++)
        {
            options = args[i] switch
            {
                "--csv" => options with { Csv = ExistingFile(Value(args, ref i)) },
                "--target" or "--targets" => options with { Targets = Columns(Value(args, ref i)) },
                "--engine" => options with { Engine = Value(args, ref i) },
                "--verbose" => options with { Verbose = true },
                ['-', '-', .. var name] when name.Contains(':', StringComparison.Ordinal) =>
                    options with { HostArguments = [.. options.HostArguments, args[i], Value(args, ref i)] },
                var other => throw new ArgumentException($"Unknown option '{other}' of demo."),
            };
        }

        return options;
    }

    private static string Value(string[] args, ref int i) =>
        ++i < args.Length ? args[i] : throw new ArgumentException($"{args[i - 1]} needs a value.");

    private static string ExistingFile(string path) =>
        File.Exists(path) ? path : throw new ArgumentException($"There is no file {Path.GetFullPath(path)}.");

    private static string[] Columns(string list) =>
        list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } columns
            ? [.. columns.Select(column => column.ToLowerInvariant())]
            : throw new ArgumentException("--target needs at least one column.");
}
