using System.Buffers;
using System.Text.Json;
using Skipper.Services.Serving.Models;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.Predictions;

/// <summary>Rows of an array, as they came: objects with one member per feature, or arrays in the model's feature order.</summary>
internal sealed class RawRows : RowSource
{
    /// <summary>Rows so short that a request holds more of them do not fit any model, and would take memory as if they did.</summary>
    private const int MaxRows = 1 << 18;

    private static readonly SearchValues<byte> Between = SearchValues.Create(", \t\r\n"u8);

    private readonly ReadOnlyMemory<byte> _rows;

    /// <param name="rows">An array.</param>
    /// <exception cref="MeshException">There are too many.</exception>
    public RawRows(JsonSlice rows)
    {
        (_rows, Count) = (rows.Utf8, rows.Items ?? throw new ArgumentException("not an array", nameof(rows)));
        if (Count > MaxRows)
        {
            throw MeshException.InvalidArgument($"A request may have {MaxRows} rows, found {Count}; send the others in another one.");
        }
    }

    public override int Count { get; }

    public override void Read(ServedModel model, RowBatch batch)
    {
        // The message was read as a whole before, so this is valid JSON.
        var rest = _rows.Span[1..];
        for (var row = 0; row < Count; row++)
        {
            rest = rest[rest.IndexOfAnyExcept(Between)..];
            var length = ModelRows.TryReadQuick(rest, row, allowArray: true, model, batch.Row(row));
            rest = rest[(length > 0 ? length : Read(rest, row, model, batch))..];
        }
    }

    private static int Read(ReadOnlySpan<byte> rows, int row, ServedModel model, RowBatch batch)
    {
        var reader = new Utf8JsonReader(rows);
        reader.Read();
        var start = reader;
        try
        {
            ModelRows.Read(ref reader, row, allowArray: true, model, batch.Row(row));
        }
        catch (MeshException refused)
        {
            batch.Refuse(row, refused);
            reader = start;
            reader.Skip();
        }

        return (int)reader.BytesConsumed;
    }
}
