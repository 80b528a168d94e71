using System.Text.Json;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Serving.Predictions;

/// <summary>A value inside a message, as it came.</summary>
/// <param name="Utf8">Its bytes.</param>
/// <param name="Items">Number of items, where it is an array; otherwise null.</param>
internal readonly record struct JsonSlice(ReadOnlyMemory<byte> Utf8, int? Items)
{
    /// <summary>
    /// Reads a message but for its one large member, which the reader of rows goes through once it knows the model.
    /// </summary>
    /// <param name="body">The message.</param>
    /// <param name="path">Where the large member is: <c>data</c>, or <c>data</c> and <c>rows</c>.</param>
    /// <param name="slice">The large member; null where there is none, and then the message has been read whole.</param>
    /// <exception cref="MeshException">The message does not fit the contract; in the words of the contract's own reader.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> body, ReadOnlySpan<string> path, out JsonSlice? slice)
    {
        var (start, end, items) = (0, 0, (int?)null);
        try
        {
            var reader = new Utf8JsonReader(body.Span);
            reader.Read();
            Find(ref reader, path, ref start, ref end, ref items);
            while (reader.Read())
            {
                // Nothing may follow; the reader throws where something does.
            }
        }
        catch (JsonException)
        {
            end = 0; // Read whole, for the contract's own words about what is wrong.
        }

        if (end == 0)
        {
            slice = null;
            return MessageJson.Read<T>(body.Span);
        }

        var large = body[start..end];
        slice = new JsonSlice(large, items);
        var rest = items is not null ? "[]"u8 : large.Span[0] == (byte)'{' ? "{}"u8 : large.Span;
        return MessageJson.Read<T>([.. body.Span[..start], .. rest, .. body.Span[end..]]);
    }

    // Of members with the same name the last one counts, as for the contract's own reader.
    private static void Find(ref Utf8JsonReader reader, ReadOnlySpan<string> path, ref int start, ref int end, ref int? items)
    {
        (start, end) = (0, 0);
        if (path.IsEmpty)
        {
            start = (int)reader.TokenStartIndex;
            items = reader.TokenType is JsonTokenType.StartArray ? Count(ref reader) : null;
            reader.Skip();
            end = (int)reader.BytesConsumed;
        }
        else if (reader.TokenType is JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                var isNext = reader.ValueTextEquals(path[0]);
                reader.Read();
                if (isNext)
                {
                    Find(ref reader, path[1..], ref start, ref end, ref items);
                }
                else
                {
                    reader.Skip();
                }
            }
        }
    }

    private static int Count(ref Utf8JsonReader reader)
    {
        var count = 0;
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            reader.Skip();
            count++;
        }

        return count;
    }
}
