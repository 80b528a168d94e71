using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Skipper.Cli.Connections;
using Skipper.Cli.Output;

namespace Skipper.Cli.Predictions;

/// <summary>The rows of a CSV with a header, as a model takes them: columns it does not know are carried along and not sent.</summary>
internal sealed class CsvRows
{
    private readonly CsvReader _reader;
    private readonly List<(int Place, string Name, bool IsNumber)> _inputs = [];

    /// <exception cref="ApiException">The CSV has no header, or lacks a column that the model needs.</exception>
    public CsvRows(TextReader text, char separator, JsonElement model)
    {
        _reader = new CsvReader(text, separator);
        Header = _reader.Read() ?? throw new ApiException("The CSV is empty: expected a header and rows.", ExitCode.Failed);
        var missing = new List<string>();
        foreach (var input in model.Items("signature.inputs"))
        {
            var name = input.Text("name")!;
            var place = Header.IndexOf(name);
            if (place >= 0)
            {
                _inputs.Add((place, name, input.Text("type") is "number" or "integer"));
            }
            else if (input.Text("required") == "True")
            {
                missing.Add(name);
            }
        }

        if (missing.Count > 0)
        {
            throw new ApiException(
                $"The CSV lacks {string.Join(", ", missing)}, which model {model.Text("name")} version {model.Text("version")} needs; "
                + $"it has {string.Join(", ", Header)}.",
                ExitCode.Failed);
        }
    }

    public List<string> Header { get; }

    /// <exception cref="ApiException">A row does not fit the header, or a number is none; says which line.</exception>
    public IEnumerable<InputRow> Read()
    {
        while (_reader.Read() is { } cells)
        {
            var place = $"line {_reader.Line}";
            if (cells.Count != Header.Count)
            {
                throw new ApiException($"{place}: expected {Header.Count} values, found {cells.Count}.", ExitCode.Failed);
            }

            yield return new InputRow(place, Json(cells, place), cells);
        }
    }

    private byte[] Json(List<string> cells, string place)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (column, name, isNumber) in _inputs)
            {
                writer.WritePropertyName(name);
                Write(writer, cells[column], isNumber, $"{place}: {name}");
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, string cell, bool isNumber, string place)
    {
        if (cell.Length == 0)
        {
            writer.WriteNullValue();
        }
        else if (!isNumber)
        {
            writer.WriteStringValue(cell);
        }
        else if (double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            writer.WriteNumberValue(number);
        }
        else
        {
            throw new ApiException($"{place} must be a number, was '{cell}'.", ExitCode.Failed);
        }
    }
}
