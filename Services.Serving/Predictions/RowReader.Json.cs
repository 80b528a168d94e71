using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.Predictions;

internal readonly partial struct RowReader
{
    /// <summary>Reads an object with one member per feature, or, where allowed, an array in feature order.</summary>
    /// <exception cref="MeshException">Names row and column, what was expected and what was found.</exception>
    public void Read(JsonElement element, bool allowArray, Span<double> normalized)
    {
        var reader = element.ValueKind is JsonValueKind.Undefined ? default : new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(element));
        reader.Read();
        Read(ref reader, allowArray, normalized);
    }

    /// <summary>The same of the value whose first token the reader is at; leaves it at the last one, unless the row is refused.</summary>
    /// <exception cref="MeshException">Names row and column, what was expected and what was found.</exception>
    public void Read(ref Utf8JsonReader reader, bool allowArray, Span<double> normalized)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                ReadObject(ref reader, normalized);
                break;
            case JsonTokenType.StartArray when allowArray:
                ReadArray(ref reader, normalized);
                break;
            default:
                throw Refused(
                    null,
                    $"expected an object with one member per feature{(allowArray ? ", or an array of numbers" : "")}, "
                    + $"found {Describe(reader.TokenType)}");
        }
    }

    private void ReadObject(ref Utf8JsonReader reader, Span<double> normalized)
    {
        // Every value is finite once read, so NaN marks what is still missing, or null where the model takes that.
        normalized.Fill(double.NaN);
        var next = 0;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (signature.Find(ref reader, next) is { } position)
            {
                if (!double.IsNaN(normalized[position]))
                {
                    throw Refused(Features[position].Name, "is there twice");
                }

                reader.Read();
                normalized[position] = ReadValue(position, ref reader);
                next = position + 1;
            }
            else if (Text(ref reader) is var name && signature.IsTarget(name))
            {
                reader.Skip();
            }
            else
            {
                throw Unknown(name);
            }
        }

        for (var position = 0; position < normalized.Length; position++)
        {
            if (double.IsNaN(normalized[position]) && signature.IsRequired(position))
            {
                throw Refused(Features[position].Name, $"is missing; expected columns: {Names}");
            }
        }
    }

    private void ReadArray(ref Utf8JsonReader reader, Span<double> normalized)
    {
        var start = reader;
        var position = 0;
        try
        {
            while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray && position < normalized.Length)
            {
                normalized[position] = ReadValue(position, ref reader);
                position++;
            }
        }
        catch (MeshException) when (Length(start) != normalized.Length)
        {
            // Says below what is wrong with the row, rather than with one value that may be in the wrong place.
            position = -1;
        }

        if (position != normalized.Length || reader.TokenType is not JsonTokenType.EndArray)
        {
            throw Refused(null, $"expected {Features.Count} values ({Names}), found {Length(start)}");
        }
    }

    private double ReadValue(int position, ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Number => Normalize(position, reader.TryGetDouble(out var value) ? value : double.PositiveInfinity),
        JsonTokenType.Null when !signature.IsRequired(position) => double.NaN,
        JsonTokenType.Null => throw Refused(Features[position].Name, NullProblem),
        JsonTokenType.String => throw Refused(Features[position].Name, NotNumber(Text(ref reader))),
        _ => throw Refused(Features[position].Name, $"must be a number, found {Describe(reader.TokenType)}"),
    };

    /// <summary>Number of values in the array that the reader is at the start of.</summary>
    private static int Length(Utf8JsonReader reader)
    {
        var length = 0;
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            reader.Skip();
            length++;
        }

        return length;
    }

    private static string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // No text at all, such as half a surrogate pair: shown as it came.
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }

    private static string Describe(JsonTokenType token) => token switch
    {
        JsonTokenType.None => "nothing",
        JsonTokenType.String => "a text",
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.Number => "a number",
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        _ => "null",
    };
}
