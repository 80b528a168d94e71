using System.Text.Json;

namespace Skipper.Shared.Engines.Trees;

/// <summary>Reads a model that was saved as JSON.</summary>
internal static class JsonModelReader
{
    private const int DeepestNesting = 32;

    /// <exception cref="InvalidDataException">Not JSON, nested too deeply, or a name is there twice.</exception>
    public static ModelNode Read(ReadOnlySpan<byte> file)
    {
        var reader = new Utf8JsonReader(file, new JsonReaderOptions { MaxDepth = DeepestNesting });
        try
        {
            reader.Read();
            var node = ReadValue(ref reader);
            return reader.Read() ? throw new JsonException("There is something behind the end of the model.") : node;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"The JSON of the model is damaged: {exception.Message}", exception);
        }
    }

    private static ModelNode ReadValue(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => ReadObject(ref reader),
        JsonTokenType.StartArray => ReadArray(ref reader),
        JsonTokenType.String => new ModelNode(reader.GetString()),
        JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False => new ModelNode(ReadNumber(ref reader)),
        _ => ModelNode.Null,
    };

    private static ModelNode ReadObject(ref Utf8JsonReader reader)
    {
        var members = new Dictionary<string, ModelNode>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (!members.TryAdd(name, ReadValue(ref reader)))
            {
                throw new InvalidDataException($"The model has the member '{name}' twice.");
            }
        }

        return new ModelNode(members);
    }

    private static ModelNode ReadArray(ref Utf8JsonReader reader)
    {
        var numbers = new List<double>();
        var items = new List<ModelNode>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType is JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False)
            {
                numbers.Add(ReadNumber(ref reader));
            }
            else
            {
                items.Add(ReadValue(ref reader));
            }
        }

        return (numbers.Count, items.Count) switch
        {
            (_, 0) => new ModelNode(numbers.ToArray()),
            (0, _) => new ModelNode(items.ToArray()),
            _ => throw new InvalidDataException("An array of the model mixes numbers with something else."),
        };
    }

    // Fractions are read as the single precision numbers they were: by way of double they might be rounded twice.
    private static double ReadNumber(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.True => 1,
        JsonTokenType.False => 0,
        _ => reader.TryGetInt64(out var whole) ? (double)whole : reader.GetSingle(),
    };
}
