using System.Text.Json;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.OpenInference;

/// <summary>Reads the input tensors of a request: first what they are, then, when all is known, their elements.</summary>
internal static class TensorReader
{
    private const int MaxRank = 8;

    /// <param name="reader">Stands on the tensor's first token.</param>
    /// <param name="body">What the reader reads.</param>
    public static TensorHeader ReadHeader(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body)
    {
        JsonMembers.RequireObject(ref reader, "each of inputs");
        var (name, datatype, data) = ((string?)null, (string?)null, ReadOnlyMemory<byte>.Empty);
        List<long>? shape = null;
        long? binarySize = null;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("name"u8))
            {
                name = JsonMembers.ReadText(ref reader, "the name of an input");
            }
            else if (reader.ValueTextEquals("datatype"u8))
            {
                datatype = JsonMembers.ReadText(ref reader, "the datatype of an input");
            }
            else if (reader.ValueTextEquals("shape"u8))
            {
                shape = JsonMembers.ReadList(
                    ref reader,
                    "shape",
                    static (ref Utf8JsonReader item) => JsonMembers.ReadCountHere(ref item, "each dimension of a shape"));
            }
            else if (reader.ValueTextEquals("data"u8))
            {
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                var isArray = reader.TokenType is JsonTokenType.StartArray;
                reader.Skip();
                data = isArray
                    ? body[start..(int)reader.BytesConsumed]
                    : throw MeshException.InvalidArgument("The data of an input must be an array.");
            }
            else if (reader.ValueTextEquals("parameters"u8))
            {
                binarySize = RequestParameters.Read(ref reader).BinaryDataSize;
            }
            else
            {
                reader.Skip();
            }
        }

        return Complete(name, datatype, shape, data, binarySize);
    }

    /// <param name="headers">The tensors.</param>
    /// <param name="binary">The bytes of those that are binary, one after the other.</param>
    public static List<Tensor> ReadData(IReadOnlyList<TensorHeader> headers, ReadOnlySpan<byte> binary)
    {
        List<Tensor> tensors = [];
        var left = binary;
        foreach (var header in headers)
        {
            if (header.BinarySize is not { } size)
            {
                tensors.Add(JsonTensor.Read(header));
                continue;
            }

            if (size > left.Length)
            {
                throw header.Refused(
                    $"has {size} bytes of binary data, of which {left.Length} came; the binary data of all inputs follows the JSON object, "
                    + "whose length is the header Inference-Header-Content-Length");
            }

            tensors.Add(BinaryTensor.Read(header, left[..(int)size]));
            left = left[(int)size..];
        }

        return left.IsEmpty
            ? tensors
            : throw MeshException.InvalidArgument(
                $"The binary data has {left.Length} bytes more than the inputs say in binary_data_size.");
    }

    private static TensorHeader Complete(
        string? name, string? datatype, List<long>? shape, ReadOnlyMemory<byte> data, long? binarySize)
    {
        name ??= Missing("name");
        var elements = 1L;
        foreach (var dimension in shape ?? Missing<List<long>>(name, "shape"))
        {
            // Bounded at each step, so that no product can wrap around.
            elements = dimension <= int.MaxValue ? Math.Min(elements * dimension, int.MaxValue + 1L) : int.MaxValue + 1L;
        }

        if (shape!.Count is 0 or > MaxRank || elements > int.MaxValue || shape.Skip(1).Contains(0))
        {
            throw TensorHeader.Refused(
                name, $"has shape [{string.Join(", ", shape.Take(MaxRank + 1))}]; expected [rows] or [rows, columns]");
        }

        if (data.IsEmpty == binarySize is null)
        {
            throw TensorHeader.Refused(
                name, data.IsEmpty ? "has no data" : "has both data and binary_data_size; send one of them");
        }

        return new TensorHeader
        {
            Name = name,
            Datatype = Datatypes.Find(datatype ?? Missing<string>(name, "datatype"))
                ?? throw TensorHeader.Refused(name, $"has an unknown datatype; known are {Datatypes.Names}"),
            Shape = [.. shape.Select(dimension => (int)dimension)],
            Length = (int)elements,
            Data = data,
            BinarySize = binarySize,
        };
    }

    private static string Missing(string member) => throw MeshException.InvalidArgument($"Each of inputs must have a {member}.");

    private static T Missing<T>(string name, string member) => throw TensorHeader.Refused(name, $"has no {member}");
}
