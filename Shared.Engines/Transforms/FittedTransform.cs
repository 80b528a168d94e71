using System.Text.Json;
using System.Text.Json.Serialization;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Shared.Engines.Transforms;

/// <summary>
/// Turns rows of numbers, texts and times into rows of numbers, with what was learned from the training part of a dataset version.
/// Training writes it down as JSON and serving reads it, so that both do the same to the same row. Safe to use from many threads.
/// </summary>
public sealed record FittedTransform
{
    private const int NewestFormat = 1;

    /// <summary>The version of this format, 1.</summary>
    public int Format { get; init; } = NewestFormat;

    /// <summary>Digest of the dataset version it was fitted to.</summary>
    public required string Dataset { get; init; }

    /// <summary>Rows it was fitted to: those of the training part.</summary>
    public required long RowCount { get; init; }

    public required IReadOnlyList<FittedColumn> Columns { get; init; }

    /// <summary>The names of the numbers that come out, in their order.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Outputs => [.. Columns.SelectMany(column => column.Outputs)];

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, MessageJson.Options);

    /// <exception cref="InvalidDataException">Not such a file, or of a newer version.</exception>
    public static FittedTransform Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var read = JsonSerializer.Deserialize<FittedTransform>(json, MessageJson.Options);
            if (read is not { Format: NewestFormat })
            {
                throw new InvalidDataException($"A fitted transform of format {NewestFormat} was expected, found {read?.Format}.");
            }

            foreach (var column in read.Columns)
            {
                column.Check();
            }

            return read;
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or MeshException)
        {
            throw new InvalidDataException($"The fitted transform cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Transforms a row.</summary>
    /// <param name="row">A value for each of <see cref="Columns"/>.</param>
    /// <param name="results">Room for a number for each of <see cref="Outputs"/>; NaN = missing.</param>
    /// <exception cref="MeshException"><see cref="ErrorCode.InvalidArgument"/>: names the column.</exception>
    public void Apply(ReadOnlySpan<CellValue> row, Span<double> results)
    {
        Span<CellValue> cells = new CellValue[Columns.Max(column => Math.Max(1, column.Width))];
        for (var (column, place) = (0, 0); column < Columns.Count; column++)
        {
            var fitted = Columns[column];
            var width = fitted.Width;
            fitted.Apply(row[column], cells[..Math.Max(1, width)]);
            for (var i = 0; i < width; i++)
            {
                results[place++] = cells[i].Number;
            }
        }
    }

    /// <summary>Transforms a row that stands in JSON, such as a request: members by name; one that is absent or null is missing.</summary>
    /// <exception cref="MeshException"><see cref="ErrorCode.InvalidArgument"/>: a value is of another kind than its column.</exception>
    public double[] Apply(JsonElement row)
    {
        if (row.ValueKind is not JsonValueKind.Object)
        {
            throw MeshException.InvalidArgument($"A row is an object of {string.Join(", ", Columns.Select(column => column.Name))}.");
        }

        var results = new double[Columns.Sum(column => column.Width)];
        Apply([.. Columns.Select(column => ReadCell(column, row))], results);
        return results;
    }

    private static CellValue ReadCell(FittedColumn column, JsonElement row) => row.TryGetProperty(column.Name, out var value)
        ? column.TryRead(value)
            ?? throw MeshException.InvalidArgument($"{column.Name} is {column.Type}, found {Shorten(value.GetRawText())}.")
        : CellValue.Missing;

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "...";
}
