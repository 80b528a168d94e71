using System.Globalization;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Training.Trainings;

/// <summary>What classes are called.</summary>
internal static class ClassLabels
{
    /// <summary>Names of values of the first target: its texts where it is text, otherwise the values themselves.</summary>
    public static string[] Names(DatasetSplit split, IEnumerable<double> values) =>
        split.Classes?.GetValueOrDefault(split.Targets[0]) is { } texts
            ? [.. values.Select(value => texts[(int)value])]
            : [.. values.Select(value => value.ToString("R", CultureInfo.InvariantCulture))];

    /// <summary>Whether these are names; what was learned from numbers has numbers.</summary>
    public static bool AreTexts(IReadOnlyList<string> classes) =>
        classes.Any(name => !double.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out _));
}
