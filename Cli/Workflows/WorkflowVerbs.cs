using System.Net.Http.Headers;
using Skipper.Cli.Arguments;
using Skipper.Cli.Output;

namespace Skipper.Cli.Workflows;

internal static class WorkflowVerbs
{
    public static IReadOnlyList<Verb> All { get; } =
    [
        new("workflows list", "Lists workflows. Start one with 'skipper submit --workflow NAME'.", ListAsync)
        {
            Examples = ["skipper workflows", "skipper workflows list --json | jq -r '.workflows[].name'"],
        },
        new("workflows show", "Prints a workflow's definition as it was written.", ShowAsync)
        {
            Parameters = [new("NAME", "the workflow")],
            Options = [new("version", "an older version") { Value = "N" }],
            Examples = ["skipper workflows show housing > housing.yaml", "skipper workflows show housing --version 1 --json"],
        },
        new("workflows save", "Stores a definition, YAML or JSON, as the newest version.", SaveAsync)
        {
            Parameters = [new("NAME", "the workflow"), new("FILE", "its definition; - for the standard input")],
            Options = [new("check", "only say what is wrong with it")],
            Examples =
            [
                "skipper workflows save housing samples/workflows/housing.yaml",
                "skipper workflows save housing housing.yaml --check",
            ],
        },
    ];

    private static async Task<int> ListAsync(Session session)
    {
        var answer = await session.Api.GetAsync("workflows");
        return session.Show(answer, screen => screen.Table(
            answer.Items("workflows"),
            "No workflows yet. Store one: skipper workflows save housing samples/workflows/housing.yaml",
            Column.Text("NAME", "name"),
            Column.Number("VERSION", "version"),
            Column.Age("AGE", "created_at", session.Shell.Time)));
    }

    private static async Task<int> ShowAsync(Session session)
    {
        var path = $"workflows/{Uri.EscapeDataString(session.Line.Parameter("NAME"))}"
            + (session.Line.Whole("version", 1, int.MaxValue) is { } version ? $"?version={version}" : "");
        if (session.IsJson)
        {
            session.Screen.Json(await session.Api.GetAsync(path));
        }
        else
        {
            session.Screen.Line((await session.Api.TextAsync(path, "application/yaml")).TrimEnd());
        }

        return ExitCode.Done;
    }

    private static async Task<int> SaveAsync(Session session)
    {
        var (name, file) = (session.Line.Parameter("NAME"), session.Line.Parameter("FILE"));
        await using var stream = session.Open(file);
        using var content = new StreamContent(stream);
        var isJson = Path.GetExtension(file).Equals(".json", StringComparison.OrdinalIgnoreCase);
        content.Headers.ContentType = new MediaTypeHeaderValue(isJson ? "application/json" : "application/yaml");
        var isCheck = session.Line.Has("check");
        var answer = await session.Api.SendAsync(
            HttpMethod.Put, $"workflows/{Uri.EscapeDataString(name)}{(isCheck ? "?validate_only=true" : "")}", content);
        return session.Show(answer, screen => screen.Line(isCheck
            ? $"{name} is a good definition."
            : $"{name} version {answer.Text("version")}. Start it: skipper submit --workflow {name} --watch"));
    }
}
