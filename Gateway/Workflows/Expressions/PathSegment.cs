using System.Globalization;
using System.Text.Json;

namespace Skipper.Gateway.Workflows.Expressions;

/// <summary>One step along a path: a member's name, or an index.</summary>
internal readonly record struct PathSegment(string? Name, int Index)
{
    public static PathSegment Of(string name) => new(name, -1);

    public static PathSegment Of(int index) => new(null, index);

    public override string ToString() => Name ?? string.Create(CultureInfo.InvariantCulture, $"[{Index}]");

    public static bool TryFollow(JsonElement from, IEnumerable<PathSegment> path, out JsonElement value, out string missing)
    {
        value = from;
        missing = "";
        foreach (var segment in path)
        {
            if (!segment.TryFollow(value, out var next))
            {
                missing = $"there is no {segment} in {Values.Describe(value)}.";
                return false;
            }

            value = next;
        }

        return true;
    }

    private bool TryFollow(JsonElement value, out JsonElement next)
    {
        next = default;
        if (Name is not null)
        {
            return value.ValueKind is JsonValueKind.Object && value.TryGetProperty(Name, out next);
        }

        if (value.ValueKind is not JsonValueKind.Array || Index >= value.GetArrayLength())
        {
            return false;
        }

        next = value[Index];
        return true;
    }
}
