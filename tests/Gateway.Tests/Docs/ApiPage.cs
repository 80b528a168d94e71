using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Skipper.Gateway.Tests.Docs;

/// <summary>Writes docs/api.md from the API description: operations by tag, each with an example of what goes in and comes out.</summary>
internal sealed class ApiPage(JsonElement description)
{
    private const int LongestLine = 120;

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly StringBuilder _page = new();

    /// <summary>The whole page.</summary>
    public string Write()
    {
        var byTag = description.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation =>
                (Tag: operation.Value.GetProperty("tags")[0].GetString()!, Method: operation.Name.ToUpperInvariant(), Path: path.Name, operation.Value)))
            .GroupBy(operation => operation.Tag)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .ToList();

        Line("# HTTP API");
        Line();
        Line("Made from the API description that every gateway serves at `/swagger/openapi.json` (`/swagger` shows it as a page to try things on); after a");
        Line("change: `SKIPPER_UPDATE_GOLDEN=1 dotnet test tests/Gateway.Tests --filter ApiPageTests`.");
        Line();
        Line("Every error is `application/problem+json` (RFC 9457) with `status`, `detail`, a `code` of the [wire contract](wire-contract.md#error) and a");
        Line("`trace_id`; a body may be of 16 MiB. *Scope* is what a [key](security.md#keys) must have where keys are on.");
        Line();
        foreach (var tag in byTag)
        {
            Line($"- [{tag.Key}](#{tag.Key.Replace(' ', '-')}): {string.Join(", ", tag.Select(operation => $"`{operation.Method} {operation.Path}`"))}");
        }

        foreach (var tag in byTag)
        {
            Line();
            Line($"## {tag.Key}");
            foreach (var operation in tag)
            {
                Write(operation.Method, operation.Path, operation.Value);
            }
        }

        return _page.ToString();
    }

    private void Write(string method, string path, JsonElement operation)
    {
        Line();
        Line($"### `{method} {path}`");
        Line();
        Line($"{operation.GetProperty("summary").GetString()} *{operation.GetProperty("description").GetString()}*");
        if (operation.TryGetProperty("parameters", out var parameters))
        {
            var query = parameters.EnumerateArray().Where(parameter => parameter.GetProperty("in").GetString() == "query").ToList();
            if (query.Count > 0)
            {
                Line();
                Line("Query: " + string.Join(", ", query.Select(Parameter)) + ".");
            }
        }

        if (operation.TryGetProperty("requestBody", out var request))
        {
            Example("Body", request);
        }

        var errors = new List<string>();
        foreach (var response in operation.GetProperty("responses").EnumerateObject())
        {
            var text = response.Value.GetProperty("description").GetString();
            if (int.Parse(response.Name, CultureInfo.InvariantCulture) >= 400)
            {
                errors.Add($"`{response.Name}` {text}");
            }
            else
            {
                Example($"`{response.Name}` {text}", response.Value);
            }
        }

        if (errors.Count > 0)
        {
            Line();
            errors.ForEach(error => Line($"- {error}"));
        }
    }

    private static string Parameter(JsonElement parameter)
    {
        var type = parameter.GetProperty("schema").GetProperty("type").GetString();
        var isRequired = parameter.TryGetProperty("required", out var required) && required.GetBoolean();
        return $"`{parameter.GetProperty("name").GetString()}` ({type}{(isRequired ? ", required" : "")})";
    }

    private void Example(string what, JsonElement body)
    {
        Line();
        if (!body.TryGetProperty("content", out var contents))
        {
            Line(what);
            return;
        }

        var content = contents.EnumerateObject().First();
        var isJson = content.Name.EndsWith("json", StringComparison.Ordinal);
        Line(isJson ? what : $"{what} (`{content.Name}`)");
        Line();
        Line(isJson ? "```json" : "```");
        var example = content.Value.GetProperty("example");
        Line(isJson ? Json(example, 0, 0) : example.ToString().ReplaceLineEndings("\n").TrimEnd('\n'));
        Line("```");
    }

    /// <summary>On one line what fits there.</summary>
    private static string Json(JsonElement value, int indent, int used)
    {
        var line = JsonSerializer.Serialize(value, Readable);
        if (used + line.Length <= LongestLine || value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
        {
            return line;
        }

        var (open, close, members) = value.ValueKind is JsonValueKind.Object
            ? ('{', '}', value.EnumerateObject().Select(member => ($"{JsonSerializer.Serialize(member.Name, Readable)}: ", member.Value)))
            : ('[', ']', value.EnumerateArray().Select(item => ("", item)));
        var pad = new string(' ', indent + 2);
        var lines = members.Select(member => pad + member.Item1 + Json(member.Item2, indent + 2, indent + 2 + member.Item1.Length));
        return $"{open}\n{string.Join(",\n", lines)}\n{new string(' ', indent)}{close}";
    }

    private void Line(string text = "") => _page.Append(text).Append('\n');
}
