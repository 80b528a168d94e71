using System.Text.Json;

namespace Skipper.Gateway.Explanations;

/// <summary>Which steps need which, out of the canonical JSON of a definition.</summary>
internal static class DefinitionNeeds
{
    public static Dictionary<string, IReadOnlyList<string>> Read(string definition)
    {
        using var document = JsonDocument.Parse(definition);
        var needs = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (!document.RootElement.TryGetProperty("steps", out var steps))
        {
            return needs;
        }

        foreach (var step in steps.EnumerateObject())
        {
            if (step.Value.TryGetProperty("needs", out var names))
            {
                needs[step.Name] = [.. names.EnumerateArray().Select(name => name.GetString()!)];
            }
        }

        return needs;
    }
}
