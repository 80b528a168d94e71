using System.Text.Json;
using Skipper.Cli.Output;

namespace Skipper.Cli.Predictions;

/// <summary>Writes predictions in the order of their rows.</summary>
internal abstract class PredictionWriter
{
    /// <summary>Called once, before the first row, with the answer to the first rows.</summary>
    public virtual void Begin(JsonElement answer)
    {
    }

    public abstract void Write(InputRow row, JsonElement prediction);

    /// <summary>Called once, after the last row.</summary>
    public virtual void End()
    {
    }
}

/// <summary>One object a line.</summary>
internal sealed class JsonLinesWriter(TextWriter output) : PredictionWriter
{
    public override void Write(InputRow row, JsonElement prediction) => output.WriteLine(JsonSerializer.Serialize(prediction));
}

/// <summary>One document: <c>{"model", "version", "predictions": [...]}</c>.</summary>
internal sealed class JsonDocumentWriter(TextWriter output) : PredictionWriter
{
    private string _separator = "";

    public override void Begin(JsonElement answer) => output.Write(
        $"{{\"model\":{answer.GetProperty("model").GetRawText()},"
        + $"\"version\":{answer.GetProperty("version").GetRawText()},\"predictions\":[");

    public override void Write(InputRow row, JsonElement prediction)
    {
        output.Write($"{_separator}\n{JsonSerializer.Serialize(prediction)}");
        _separator = ",";
    }

    public override void End() => output.WriteLine("\n]}");
}

/// <summary>The cells of the row as they came, and behind them <c>predicted_...</c> for each output.</summary>
internal sealed class CsvWriter(TextWriter output, IReadOnlyList<string> header, char separator) : PredictionWriter
{
    private List<string>? _outputs;

    public override void Write(InputRow row, JsonElement prediction)
    {
        if (_outputs is null)
        {
            _outputs = [.. prediction.EnumerateObject().Select(member => member.Name)];
            WriteLine(header.Concat(_outputs.Select(name => $"predicted_{name}")));
        }

        WriteLine((row.Cells ?? []).Concat(_outputs.Select(name => prediction.GetProperty(name).ToString())));
    }

    private void WriteLine(IEnumerable<string> cells) => output.Write(string.Join(separator, cells.Select(Quote)) + "\n");

    private string Quote(string cell) => cell.AsSpan().IndexOfAny(['"', '\n', '\r', separator]) < 0
        ? cell
        : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

/// <summary>For people: kept until the end, because the widths of the columns follow from all rows.</summary>
internal sealed class TableWriter(Screen screen) : PredictionWriter
{
    private readonly List<JsonElement> _predictions = [];
    private JsonElement _first;

    public override void Begin(JsonElement answer) => _first = answer;

    public override void Write(InputRow row, JsonElement prediction) => _predictions.Add(prediction);

    public override void End()
    {
        var outputs = _predictions.SelectMany(prediction => prediction.EnumerateObject().Select(member => member.Name)).Distinct();
        screen.Line($"{_first.Text("model")} version {_first.Text("version")}");
        screen.Table(
            _predictions,
            "No predictions.",
            [.. outputs.Select(name => new Column(
                name, row => row.TryGetProperty(name, out var value) ? value.ToString() : null, IsNumber: true))]);
    }
}
