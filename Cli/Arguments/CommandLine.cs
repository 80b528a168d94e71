using System.Globalization;

namespace Skipper.Cli.Arguments;

/// <summary>A command line that was understood.</summary>
internal sealed class CommandLine(Verb verb, IReadOnlyList<string> values, ILookup<string, string> options)
{
    public Verb Verb { get; } = verb;

    /// <summary>Whether an option is there.</summary>
    public bool Has(string option) => options.Contains(option);

    /// <summary>Null where it is absent.</summary>
    public string? Option(string name) => options[name].LastOrDefault();

    public IEnumerable<string> Options(string name) => options[name];

    /// <summary>A parameter that is there, or it would not have been understood.</summary>
    public string Parameter(string name) => FindParameter(name)!;

    /// <summary>Null where it is absent.</summary>
    public string? FindParameter(string name) => values.ElementAtOrDefault(Place(name));

    /// <summary>A parameter that takes all values that are left.</summary>
    public IEnumerable<string> Parameters(string name) => values.Skip(Place(name));

    /// <summary>Null where it is absent.</summary>
    /// <exception cref="UsageException">Not such a number.</exception>
    public int? Whole(string option, int least, int most) => Option(option) switch
    {
        null => null,
        var text when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most => number,
        var text => throw Misused($"--{option} must be a whole number from {least} to {most}, was '{text}'."),
    };

    public UsageException Misused(string message) => new(message, Verb);

    private int Place(string name) => Verb.Parameters.TakeWhile(parameter => parameter.Name != name).Count();
}
