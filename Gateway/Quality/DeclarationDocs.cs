using Skipper.Gateway.Docs;
using static Skipper.Gateway.Docs.OperationDocs;

namespace Skipper.Gateway.Quality;

/// <summary>Examples for the API description.</summary>
internal static class DeclarationDocs
{
    private const string Suite =
        "name: weather\nchecks:\n  - { type: range, column: humidity, min: 0, max: 1 }\n  - { type: unique, columns: [station, valid_time] }\n";

    private const string Standard =
        "name: weather\nmissing: [NA]\ncolumns:\n  - { name: temperature_c, from: temperature, type: number, unit: Cel, source_unit: \"[degF]\" }\n";

    public static OperationDocs Put(string kind) => new(
        $"Makes a YAML text the newest version of a {kind}; the text of the newest version gives that one. ?validate_only=true only checks it.",
        Text(kind),
        new Response(200, "The version.", Version(kind)),
        Problem(422, "invalid_argument", $"The {kind} is wrong. line 3, column 5: A check has no 'colum'; known are column."))
    {
        RequestType = "application/yaml",
    };

    public static OperationDocs List(string kind) => new(
        $"Lists the newest version of every {kind}, without the texts.",
        null,
        new Response(200, "By name.", $$"""{"declarations":[{{Version(kind)}}]}"""));

    public static OperationDocs Find(string kind) => new(
        $"Shows a {kind}: the newest version, or the one named by ?version=. With Accept: application/yaml, only its text.",
        null,
        new Response(200, "The version.", Version(kind)),
        Problem(404, "not_found", $"There is no {kind} 'wether'."));

    private static string Text(string kind) => kind == "suite" ? Suite : Standard;

    private static string Version(string kind) =>
        $$"""{"kind":"{{kind}}","name":"weather","version":1,"digest":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","created_at":"2026-01-02T03:04:05Z"}""";
}
