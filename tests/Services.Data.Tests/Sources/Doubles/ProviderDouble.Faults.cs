using System.Text.Json;
using System.Text.Json.Nodes;

namespace Skipper.Services.Data.Tests.Sources.Doubles;

internal sealed partial class ProviderDouble
{
    private static string Spoil(JsonNode json, Fault fault)
    {
        var text = json.ToJsonString();
        if (fault is Fault.Renamed)
        {
            return text.Replace("temperature", "temp", StringComparison.Ordinal);
        }

        if (fault is Fault.Holes)
        {
            var copy = json.DeepClone();
            var count = 0;
            MakeHoles(copy, ref count);
            return copy.ToJsonString();
        }

        return text;
    }

    /// <summary>Temperatures and all else that is a number, deep inside, becomes null every fifth time.</summary>
    private static void MakeHoles(JsonNode node, ref int count)
    {
        switch (node)
        {
            case JsonArray array:
                for (var i = 0; i < array.Count; i++)
                {
                    if (array[i] is JsonValue value && value.GetValueKind() is JsonValueKind.Number && ++count % 5 == 0)
                    {
                        array[i] = null;
                    }
                    else if (array[i] is { } child)
                    {
                        MakeHoles(child, ref count);
                    }
                }

                break;
            case JsonObject map:
                foreach (var (name, child) in map.ToList())
                {
                    if (name.Contains("temperature", StringComparison.Ordinal) && child is JsonValue value
                        && value.GetValueKind() is JsonValueKind.Number && ++count % 5 == 0)
                    {
                        map[name] = null;
                    }
                    else if (child is JsonArray or JsonObject)
                    {
                        MakeHoles(child, ref count);
                    }
                }

                break;
        }
    }
}
