using System.Text;
using System.Text.Json;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.OpenInference;

/// <summary>Reads the elements of a tensor from a JSON array: flat, or nested as its shape says.</summary>
internal static class JsonTensor
{
    /// <exception cref="MeshException">They do not fit shape or datatype; says how.</exception>
    public static Tensor Read(TensorHeader header)
    {
        // Never more room than the text can fill, whatever the shape says; the shortest element takes two bytes with its comma.
        if (header.Length > (header.Data.Length / 2) + 1)
        {
            throw WrongCount(header, "fewer");
        }

        var numbers = header.Datatype is Datatype.Bytes ? null : new double[header.Length];
        var texts = numbers is null ? new string?[header.Length] : null;
        var reader = new Utf8JsonReader(header.Data.Span);
        var nesting = new Nesting(header);
        for (var element = 0; reader.Read();)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray:
                    nesting.Open();
                    break;
                case JsonTokenType.EndArray:
                    nesting.Close(element);
                    break;
                case JsonTokenType.StartObject:
                    throw header.Refused("has an object in its data");
                default:
                    if (element == header.Length)
                    {
                        throw WrongCount(header, "more");
                    }

                    nesting.Element();
                    if (numbers is not null)
                    {
                        numbers[element] = ReadNumber(header, element, ref reader);
                    }
                    else
                    {
                        texts![element] = ReadText(header, element, ref reader);
                    }

                    element++;
                    break;
            }
        }

        return new Tensor(header, numbers, texts);
    }

    private static double ReadNumber(TensorHeader header, int element, ref Utf8JsonReader reader)
    {
        double? read = reader.TokenType switch
        {
            JsonTokenType.Null => double.NaN,
            JsonTokenType.True when header.Datatype is Datatype.Bool => 1,
            JsonTokenType.False when header.Datatype is Datatype.Bool => 0,
            JsonTokenType.Number when reader.TryGetDouble(out var number) && double.IsFinite(number) => header.Datatype.Hold(number),
            _ => null,
        };
        return read ?? throw NotOfType(header, element, ref reader);
    }

    private static string? ReadText(TensorHeader header, int element, ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.String => reader.GetString(),
        _ => throw NotOfType(header, element, ref reader),
    };

    private static MeshException NotOfType(TensorHeader header, int element, ref Utf8JsonReader reader)
    {
        var found = Encoding.UTF8.GetString(reader.ValueSpan);
        found = found.Length <= 40 ? found : $"{found[..40]}...";
        return header.Refused(
            $"has an element that is no {header.Datatype.Name()}: element {element} of its data is "
            + (reader.TokenType is JsonTokenType.String ? $"\"{found}\"" : found));
    }

    private static MeshException WrongCount(TensorHeader header, string found) => header.Refused(
        $"has shape {header.ShapeText}, which is {header.Length} elements, and {found} in its data");

    /// <summary>Watches that arrays are nested as the shape says, or not at all.</summary>
    private struct Nesting(TensorHeader header)
    {
        private readonly int[] _counts = new int[header.Shape.Count];
        private int _depth;
        private bool _isFlat;

        public void Open()
        {
            if (_depth == header.Shape.Count || _isFlat)
            {
                throw Wrong();
            }

            if (_depth > 0)
            {
                _counts[_depth - 1]++;
            }

            _counts[_depth++] = 0;
        }

        public void Element()
        {
            // Elements in the outermost of several levels: a flat array. So must be all that follow.
            _isFlat |= _depth == 1 && header.Shape.Count > 1 && _counts[0] == 0;
            if (!_isFlat && _depth != header.Shape.Count)
            {
                throw Wrong();
            }

            _counts[_depth - 1]++;
        }

        public void Close(int elements)
        {
            _depth--;
            if (_depth == 0 && elements < header.Length)
            {
                throw WrongCount(header, "fewer");
            }

            // An empty array may stand for any shape without elements.
            if (!_isFlat && elements > 0 && _counts[_depth] != header.Shape[_depth])
            {
                throw Wrong();
            }
        }

        private readonly MeshException Wrong() => header.Refused(
            $"has data that is neither flat nor nested like its shape {header.ShapeText}");
    }
}
