using System.Text.Json;
using System.Text.Json.Nodes;
using Skipper.Cli.Arguments;

namespace Skipper.Cli.Runs;

/// <summary>The data of a submission: <c>--data</c>, and <c>--set</c> over it.</summary>
internal static class SubmitData
{
    /// <summary>Null where nothing is said.</summary>
    /// <exception cref="UsageException">Not JSON, or a member of what has none.</exception>
    public static async Task<JsonNode?> ReadAsync(Session session)
    {
        var data = session.Line.Option("data") is { } text ? await ParseAsync(session, text) : null;
        foreach (var setting in session.Line.Options("set"))
        {
            data ??= new JsonObject();
            Set(session.Line, data, setting);
        }

        return data;
    }

    private static async Task<JsonNode?> ParseAsync(Session session, string text)
    {
        try
        {
            if (text != "-" && !text.StartsWith('@'))
            {
                return JsonNode.Parse(text);
            }

            await using var stream = session.Open(text.TrimStart('@'));
            return await JsonNode.ParseAsync(stream, cancellationToken: session.CancellationToken);
        }
        catch (JsonException exception)
        {
            throw session.Line.Misused($"--data is not JSON: {exception.Message}");
        }
    }

    private static void Set(CommandLine line, JsonNode data, string setting)
    {
        var parts = setting.Split('=', 2);
        if (parts.Length < 2 || parts[0].Split('.').Any(name => name.Length == 0))
        {
            throw line.Misused($"--set must be NAME=VALUE, was '{setting}'.");
        }

        var names = parts[0].Split('.');
        var place = Members(line, data, setting);
        foreach (var name in names[..^1])
        {
            place[name] ??= new JsonObject();
            place = Members(line, place[name]!, setting);
        }

        place[names[^1]] = Value(parts[1]);
    }

    private static JsonObject Members(CommandLine line, JsonNode node, string setting) => node as JsonObject
        ?? throw line.Misused($"--set {setting} does not fit: what it is a member of is no object.");

    /// <summary><c>5</c>, <c>true</c>, <c>null</c> and <c>["a"]</c> are JSON; <c>housing</c> is a text.</summary>
    private static JsonNode? Value(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return text;
        }
    }
}
