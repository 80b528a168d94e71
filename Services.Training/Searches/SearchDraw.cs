using Skipper.Services.Training.Trainings;
using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Training.Searches;

/// <summary>Draws trials at random, each parameter by itself; the same request draws the same trials.</summary>
internal static class SearchDraw
{
    private const int MostTrials = 1000;

    public static IReadOnlyList<Trial> Draw(SearchOptions options, IModelEngine engine)
    {
        TrainingRequest.Require(options.Space.Count > 0, "data.space must name at least one parameter, was empty");
        TrainingRequest.Require(
            options.Trials is >= 1 and <= MostTrials, $"data.trials must be from 1 to {MostTrials}, was {options.Trials}");
        TrainingRequest.Require(options.Seed is null or >= 0, $"data.seed must be 0 or more, was {options.Seed}");
        EngineCatalog.Complete(engine, options.Parameters);
        foreach (var (name, range) in options.Space)
        {
            RequireRange(engine, name, range);
        }

        // By name: the order of members in the request changes nothing.
        var space = options.Space.OrderBy(range => range.Key, StringComparer.Ordinal).ToList();
        var random = new Random(options.Seed ?? 1);
        return [.. Enumerable.Range(1, options.Trials).Select(number => new Trial
        {
            Number = number,
            Parameters = Merge(options.Parameters, space.Select(range => (range.Key, Draw(random, range.Value, Find(engine, range.Key))))),
        })];
    }

    private static Dictionary<string, double> Merge(
        IReadOnlyDictionary<string, double>? same, IEnumerable<(string Name, double Value)> drawn)
    {
        var all = new Dictionary<string, double>(same ?? new Dictionary<string, double>());
        foreach (var (name, value) in drawn)
        {
            all[name] = value;
        }

        return all;
    }

    private static double Draw(Random random, SearchRange range, EngineParameter parameter)
    {
        if (range.Values is { } values)
        {
            return values[random.Next(values.Count)];
        }

        var (low, high) = (range.Minimum!.Value, range.Maximum!.Value);
        var whole = parameter.IsInteger ? 1 : 0;
        var value = range.Logarithmic
            ? low * Math.Pow((high + whole) / low, random.NextDouble())
            : low + ((high + whole - low) * random.NextDouble());
        value = parameter.IsInteger ? Math.Floor(value) : value;
        return Math.Clamp(value, low, high);
    }

    private static void RequireRange(IModelEngine engine, string name, SearchRange range)
    {
        var values = range.Values ?? [range.Minimum ?? double.NaN, range.Maximum ?? double.NaN];
        TrainingRequest.Require(
            values.Count > 0 && (range.Values is null || (range.Minimum is null && range.Maximum is null)) && !values.Any(double.IsNaN),
            $"data.space.{name} must have values, or a minimum and a maximum");
        TrainingRequest.Require(
            range.Values is not null || range.Minimum <= range.Maximum,
            FormattableString.Invariant(
                $"data.space.{name} must have a minimum that is not above its maximum, was {range.Minimum:R} to {range.Maximum:R}"));
        TrainingRequest.Require(
            !range.Logarithmic || range.Minimum > 0,
            FormattableString.Invariant($"data.space.{name} must have a minimum above 0 to be logarithmic, was {range.Minimum:R}"));
        foreach (var value in values)
        {
            // Says the nearest name for one that is not known, and the bounds of one that is.
            EngineCatalog.Complete(engine, new Dictionary<string, double> { [name] = value });
        }
    }

    private static EngineParameter Find(IModelEngine engine, string name) => engine.Parameters.First(parameter => parameter.Name == name);
}
