using System.Text;
using Skipper.Cli.Arguments;
using Skipper.Cli.Models;

namespace Skipper.Cli.Predictions;

internal static class PredictVerbs
{
    private static readonly string[] Formats = ["table", "csv", "json", "jsonl"];

    public static IReadOnlyList<Verb> All { get; } =
    [
        new("predict", "Predicts the rows of a CSV or JSON file, all with one version of a model.", PredictAsync)
        {
            Parameters =
            [
                new("MODEL", "its name, or name@version, or name@alias"),
                new("FILE", "rows: .csv or .tsv with a header, else JSON or JSON Lines; - for the standard input") { IsOptional = true },
            ],
            Options =
            [
                new("row", "a row in JSON, instead of a file") { Value = "JSON", IsMany = true },
                new("input", "what FILE has, if its name does not say") { Value = "FORMAT", Choices = ["csv", "json"] },
                new("format", "what is written; default: csv for CSV, else table") { Value = "FORMAT", Choices = Formats },
                new("out", "write to a file, which appears when it is complete") { Value = "FILE" },
                new("chunk", "rows in one request, 1 to 10000; default 500") { Value = "N" },
            ],
            Examples =
            [
                "skipper predict housing rows.csv > predicted.csv",
                "skipper predict housing@champion rows.jsonl --json --out predictions.json",
                "skipper predict housing --row '{\"rm\": 6.2, \"lstat\": 9.5}'",
                "zcat big.csv.gz | skipper predict housing@3 - --input csv --out predicted.csv",
            ],
        },
    ];

    private static async Task<int> PredictAsync(Session session)
    {
        var line = session.Line;
        var file = line.FindParameter("FILE");
        if (file is null != line.Has("row"))
        {
            throw line.Misused("Expected either a FILE with rows (- for the standard input), or --row JSON.");
        }

        var size = line.Whole("chunk", 1, 10_000) ?? 500;
        var separator = file?.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase) is true ? '\t' : ',';
        var isCsv = IsCsv(line, file);
        var format = Format(line, isCsv);
        var predictor = new Predictor(session, line.Parameter("MODEL"), size);

        await using var stream = file is null ? Stream.Null : session.Open(file);
        if (!isCsv)
        {
            var rows = file is null
                ? line.Options("row").Select((row, i) => JsonRows.Parse(row, i + 1)).ToAsyncEnumerable()
                : JsonRows.ReadAsync(stream);
            await WriteAsync(session, predictor, rows, format, [], separator);
            return ExitCode.Done;
        }

        var model = await session.Api.GetAsync(ModelReference.Parse(line.Parameter("MODEL")).Path);
        using var text = new StreamReader(stream, Encoding.UTF8);
        var csv = new CsvRows(text, separator, model);
        await WriteAsync(session, predictor, csv.Read().ToAsyncEnumerable(), format, csv.Header, separator);
        return ExitCode.Done;
    }

    private static async Task WriteAsync(
        Session session, Predictor predictor, IAsyncEnumerable<InputRow> rows, string format, IReadOnlyList<string> header, char separator)
    {
        using var output = new PredictionOutput(session);
        PredictionWriter writer = format switch
        {
            "csv" => new CsvWriter(output.Writer, header, separator),
            "json" => new JsonDocumentWriter(output.Writer),
            "jsonl" => new JsonLinesWriter(output.Writer),
            _ => new TableWriter(session.Screen),
        };
        await predictor.PredictAsync(rows, writer);
        output.Complete();
    }

    private static bool IsCsv(CommandLine line, string? file) => (line.Option("input"), Path.GetExtension(file)?.ToLowerInvariant()) switch
    {
        ({ } said, _) => said == "csv",
        (_, ".csv" or ".tsv") => true,
        _ => false,
    };

    private static string Format(CommandLine line, bool isCsv)
    {
        var said = line.Option("format");
        if (line.Has("json") && said is not (null or "json"))
        {
            throw line.Misused($"--json and --format {said} exclude each other.");
        }

        var format = said ?? (line.Has("json") ? "json" : isCsv || line.Option("out") is not null ? "csv" : "table");
        return format == "table" && line.Has("out")
            ? throw line.Misused("A table is for the screen; --out takes --format csv, json or jsonl.")
            : format;
    }
}
