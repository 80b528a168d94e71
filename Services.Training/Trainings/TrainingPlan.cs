using System.Globalization;
using System.Text.RegularExpressions;
using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Training.Trainings;

/// <summary>A request with its defaults, checked before any work is done for it.</summary>
internal sealed partial record TrainingPlan
{
    private const string DefaultDataset = "housing";

    private const string DefaultFraction = "0.2";

    private static readonly string[] DefaultTargets = ["price", "ptratio"];

    public required string Model { get; init; }

    public required IModelEngine Engine { get; init; }

    public required IReadOnlyDictionary<string, double> Parameters { get; init; }

    public required int Seed { get; init; }

    /// <summary>The split to ask for.</summary>
    public required SplitDataset Split { get; init; }

    /// <exception cref="MeshException">Names the member that is wrong, what was expected and what was found.</exception>
    public static TrainingPlan Create(TrainModel request, EngineCatalog engines)
    {
        var options = request.Data ?? new TrainingOptions();
        var dataset = Name("data.dataset", options.Dataset ?? DefaultDataset);
        var engine = engines.Resolve(options.Engine);
        var seed = options.Seed ?? 1;
        Require(seed >= 0, $"data.seed must be 0 or more, was {seed}");
        Require(options.Version is null or > 0, $"data.version must be 1 or more, was {options.Version}");
        return new TrainingPlan
        {
            Model = Name("data.model", options.Model ?? dataset),
            Engine = engine,
            Parameters = EngineCatalog.Complete(engine, options.Parameters),
            Seed = seed,
            Split = new SplitDataset
            {
                Payload = Fraction(request.Payload ?? DefaultFraction),
                Reply = "reference",
                Data = new SplitOptions
                {
                    Dataset = dataset,
                    Version = options.Version,
                    Targets = Targets(options.Targets ?? DefaultTargets),
                    Seed = seed,
                },
            },
        };
    }

    private static string Fraction(string payload)
    {
        var isNumber = double.TryParse(payload, NumberStyles.Float, CultureInfo.InvariantCulture, out var fraction);
        Require(
            isNumber && fraction is > 0 and < 1,
            $"payload must be the test fraction, more than 0 and less than 1, such as \"0.2\"; was '{Shorten(payload)}'");
        return fraction.ToString("R", CultureInfo.InvariantCulture);
    }

    private static string[] Targets(IReadOnlyList<string> targets)
    {
        Require(targets.Count > 0, "data.targets must name at least one column, was empty");
        Require(!targets.Any(string.IsNullOrWhiteSpace), "data.targets must name columns, one name is empty");
        var names = targets.Select(target => target.Trim().ToLowerInvariant()).ToArray();
        var repeated = names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1)?.Key;
        Require(repeated is null, $"data.targets must name each column once, '{repeated}' is there twice");
        return names;
    }

    private static string Name(string member, string name)
    {
        Require(
            AllowedName().IsMatch(name),
            $"{member} must be 1 to 64 lower case letters, digits, '-' and '_', was '{Shorten(name)}'");
        return name;
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw MeshException.InvalidArgument($"{message}.");
        }
    }

    private static string Shorten(string text) => text.Length <= 80 ? text : $"{text[..80]}...";

    [GeneratedRegex(@"\A[a-z0-9_-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex AllowedName();
}
