using System.Globalization;
using Skipper.Shared.Engines.Transforms;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Features.Fitting;

/// <summary>Reads what is asked to be done to a column: a transform that is known already, or how to learn it.</summary>
internal static class StepPlan
{
    private static readonly string[] Kinds =
        ["impute", ScaleFitter.ZScore, ScaleFitter.MinMax, ScaleFitter.Robust, "log1p", "one_hot", "ordinal", "cyclical"];

    /// <summary>Exactly one of the two is there.</summary>
    /// <param name="column">For messages.</param>
    /// <param name="type">Type of the column.</param>
    /// <param name="step">What is asked for.</param>
    /// <exception cref="MeshException">There is no such step, or it does not suit the column.</exception>
    public static (ColumnTransform? Known, IStepFitter? Learned) Read(string column, string type, TransformStep step)
    {
        var isText = type is FittedColumn.Text;
        return step.Kind switch
        {
            "impute" => Impute(column, isText, step),
            ScaleFitter.ZScore => (null, new ScaleFitter(step.Kind, Ddof(column, step.Ddof))),
            ScaleFitter.MinMax or ScaleFitter.Robust => (null, new ScaleFitter(step.Kind, 1)),
            "log1p" => (new Log1pTransform(), null),
            "one_hot" => (null, new CategoryFitter(oneHot: true, RefusesUnknown(column, step.Unknown))),
            "ordinal" => (null, new CategoryFitter(oneHot: false, RefusesUnknown(column, step.Unknown))),
            "cyclical" => (Cyclical(column, type, step.Part, step.Period), null),
            _ => throw MeshException.InvalidArgument(
                $"{column}: a step is one of {string.Join(", ", Kinds)}, found '{step.Kind}'."),
        };
    }

    /// <exception cref="MeshException">Neither a part of a time nor a period of a number.</exception>
    public static CyclicalTransform Cyclical(string column, string type, string? part, double? period)
    {
        if (type is FittedColumn.Timestamp)
        {
            return part is not null && CalendarParts.Periods.TryGetValue(part, out var turn)
                ? new CyclicalTransform { Part = part, Period = turn }
                : throw MeshException.InvalidArgument(
                    $"{column} is a time: part must be one of {string.Join(", ", CalendarParts.Periods.Keys)}, found '{part}'.");
        }

        return part is null && period is > 0 && double.IsFinite(period.Value)
            ? new CyclicalTransform { Period = period.Value }
            : throw MeshException.InvalidArgument(
                $"{column} is no time: period must say after how much it begins anew, such as 360, and part be absent.");
    }

    private static (ColumnTransform? Known, IStepFitter? Learned) Impute(string column, bool isText, TransformStep step)
    {
        var strategy = step.Strategy ?? (isText ? ImputeFitter.MostFrequent : ImputeFitter.Median);
        string[] strategies = isText
            ? [ImputeFitter.MostFrequent, ImputeFitter.Constant]
            : [ImputeFitter.Mean, ImputeFitter.Median, ImputeFitter.MostFrequent, ImputeFitter.Constant];
        if (!strategies.Contains(strategy))
        {
            throw MeshException.InvalidArgument(
                $"{column}: the strategy of impute is one of {string.Join(", ", strategies)}, found '{strategy}'.");
        }

        if (strategy is not ImputeFitter.Constant)
        {
            return (null, new ImputeFitter(strategy, isText));
        }

        return (step.Value, isText) switch
        {
            (null, _) => throw MeshException.InvalidArgument($"{column}: impute by a {ImputeFitter.Constant} needs its value."),
            ({ } text, true) => (new ImputeTransform { Text = text }, null),
            ({ } text, false) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && double.IsFinite(number)
                ? (new ImputeTransform { Number = number }, null)
                : throw MeshException.InvalidArgument($"{column}: impute needs a number as its value, found '{text}'."),
        };
    }

    private static int Ddof(string column, int? ddof) => ddof is null or 0 or 1
        ? ddof ?? 1
        : throw MeshException.InvalidArgument($"{column}: ddof of z_score is 0 or 1, found {ddof}.");

    private static bool RefusesUnknown(string column, string? unknown) => unknown switch
    {
        null or "ignore" => false,
        "refuse" => true,
        _ => throw MeshException.InvalidArgument($"{column}: unknown is ignore or refuse, found '{unknown}'."),
    };
}
