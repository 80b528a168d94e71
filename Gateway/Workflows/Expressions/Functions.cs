using System.Text.Json;

namespace Skipper.Gateway.Workflows.Expressions;

/// <summary>The built-in functions; there are no others.</summary>
internal static class Functions
{
    public static IReadOnlyDictionary<string, Function> All { get; } = new Dictionary<string, Function>(StringComparer.Ordinal)
    {
        ["default"] = new(2, Default),
        ["length"] = new(1, Length),
        ["min_by"] = new(2, (arguments, scope) => Best("min_by", arguments, scope, -1)),
        ["max_by"] = new(2, (arguments, scope) => Best("max_by", arguments, scope, 1)),
    };

    /// <summary>The first argument, or the second where the first is null or a path without value.</summary>
    private static JsonElement Default(IReadOnlyList<Expression> arguments, ExpressionScope scope)
    {
        var value = arguments[0] is PathExpression path
            ? path.TryEvaluate(scope, out var found, out _) ? found : Values.Null
            : arguments[0].Evaluate(scope);
        return value.ValueKind is JsonValueKind.Null ? arguments[1].Evaluate(scope) : value;
    }

    private static JsonElement Length(IReadOnlyList<Expression> arguments, ExpressionScope scope)
    {
        var value = arguments[0].Evaluate(scope);
        return JsonSerializer.SerializeToElement(value.ValueKind switch
        {
            JsonValueKind.Array => value.GetArrayLength(),
            JsonValueKind.Object => value.GetPropertyCount(),
            JsonValueKind.String => value.GetString()!.Length,
            _ => throw new ExpressionException($"length takes a list, an object or a text, found {Values.Describe(value)}."),
        });
    }

    /// <summary>The item whose number at a path is the smallest or largest; of equal ones the first.</summary>
    private static JsonElement Best(string name, IReadOnlyList<Expression> arguments, ExpressionScope scope, int sign)
    {
        var (list, path) = (arguments[0].Evaluate(scope), arguments[1].Evaluate(scope));
        if (list.ValueKind is not JsonValueKind.Array || list.GetArrayLength() == 0)
        {
            throw new ExpressionException($"{name} takes a list that is not empty, found {Values.Describe(list)}.");
        }

        var segments = path.ValueKind is JsonValueKind.String
            ? ExpressionParser.Path(path.GetString()!)
            : throw new ExpressionException($"{name} takes a path as text, found {Values.Describe(path)}.");
        var (best, bestNumber) = (default(JsonElement), default(JsonElement));
        foreach (var item in list.EnumerateArray())
        {
            if (!PathSegment.TryFollow(item, segments, out var number, out var missing))
            {
                throw new ExpressionException($"{name}: an item has no {path.GetString()}: {missing}");
            }

            if (number.ValueKind is not JsonValueKind.Number)
            {
                throw new ExpressionException($"{name} takes numbers, found {Values.Describe(number)} at {path.GetString()}.");
            }

            if (best.ValueKind is JsonValueKind.Undefined || Values.Compare(number, bestNumber, name) * sign > 0)
            {
                (best, bestNumber) = (item, number);
            }
        }

        return best;
    }

    /// <summary>A function and how many arguments it takes.</summary>
    internal sealed record Function(int Arity, Func<IReadOnlyList<Expression>, ExpressionScope, JsonElement> Call);
}
