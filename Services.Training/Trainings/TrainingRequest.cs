using System.Globalization;
using System.Text.RegularExpressions;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Training.Trainings;

/// <summary>Reads the members of a request, and refuses what is wrong with what was expected and found.</summary>
internal static partial class TrainingRequest
{
    private const int MostFolds = 20;

    public static string Fraction(string payload)
    {
        var isNumber = double.TryParse(payload, NumberStyles.Float, CultureInfo.InvariantCulture, out var fraction);
        Require(
            isNumber && fraction is > 0 and < 1,
            $"payload must be the test fraction, more than 0 and less than 1, such as \"0.2\"; was '{Shorten(payload)}'");
        return fraction.ToString("R", CultureInfo.InvariantCulture);
    }

    public static string[] Columns(string member, IReadOnlyList<string> columns)
    {
        Require(columns.Count > 0, $"data.{member} must name at least one column, was empty");
        Require(!columns.Any(string.IsNullOrWhiteSpace), $"data.{member} must name columns, one name is empty");
        var names = columns.Select(Column).ToArray();
        var repeated = names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1)?.Key;
        Require(repeated is null, $"data.{member} must name each column once, '{repeated}' is there twice");
        return names;
    }

    public static string Column(string name) => name.Trim().ToLowerInvariant();

    public static string Name(string member, string name)
    {
        Require(
            AllowedName().IsMatch(name),
            $"{member} must be 1 to 64 lower case letters, digits, '-' and '_', was '{Shorten(name)}'");
        return name;
    }

    public static void RequireNumbers(TrainingOptions options)
    {
        Require(options.Seed is null or >= 0, $"data.seed must be 0 or more, was {options.Seed}");
        Require(options.Version is null or > 0, $"data.version must be 1 or more, was {options.Version}");
        Require(
            options.Folds is null or (>= 2 and <= MostFolds), $"data.folds must be from 2 to {MostFolds}, was {options.Folds}");
        RequireLimit("seconds", options.Limits?.Seconds);
        RequireLimit("megabytes", options.Limits?.Megabytes);
    }

    public static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw MeshException.InvalidArgument($"{message}.");
        }
    }

    private static void RequireLimit(string member, double? limit) => Require(
        limit is null or (> 0 and < 1e9),
        FormattableString.Invariant($"data.limits.{member} must be more than 0, was {limit:R}"));

    private static string Shorten(string text) => text.Length <= 80 ? text : $"{text[..80]}...";

    [GeneratedRegex(@"\A[a-z0-9_-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex AllowedName();
}
