using System.Buffers;
using System.Text.Json;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.Remote;

/// <summary>Writes batches as requests of the protocol, and reads its replies.</summary>
internal static class RemoteTensors
{
    // Beyond, a double does not hold every whole number.
    private const double LargestWhole = 9_007_199_254_740_992;

    /// <exception cref="MeshException"><see cref="ErrorCode.InvalidArgument"/>: a value that its tensor cannot hold.</exception>
    public static byte[] Write(Matrix features, RemoteModelFile file)
    {
        var buffer = new ArrayBufferWriter<byte>(256 + (features.Values.Length * 12));
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteStartArray("inputs"u8);
        var first = 0;
        foreach (var tensor in file.Inputs)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, tensor.Name);
            writer.WriteString("datatype"u8, tensor.Datatype);
            writer.WriteStartArray("shape"u8);
            writer.WriteNumberValue(features.Rows);
            writer.WriteNumberValue(tensor.Width);
            writer.WriteEndArray();
            writer.WriteStartArray("data"u8);
            for (var row = 0; row < features.Rows; row++)
            {
                foreach (var value in features.Row(row).Slice(first, tensor.Width))
                {
                    WriteValue(writer, tensor, value);
                }
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
            first += tensor.Width;
        }

        writer.WriteEndArray();
        writer.WriteStartArray("outputs"u8);
        foreach (var tensor in file.Outputs)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, tensor.Name);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="MeshException"><see cref="ErrorCode.Internal"/>: not the reply that the model file promises.</exception>
    public static Matrix Read(ReadOnlyMemory<byte> reply, RemoteModelFile file, int rows, Uri address)
    {
        try
        {
            using var json = JsonDocument.Parse(reply);
            var predictions = new Matrix(rows, file.OutputCount, new double[rows * file.OutputCount]);
            var first = 0;
            foreach (var wanted in file.Outputs)
            {
                var tensor = json.RootElement.GetProperty("outputs"u8).EnumerateArray()
                    .FirstOrDefault(output => output.GetProperty("name"u8).ValueEquals(wanted.Name));
                if (tensor.ValueKind is JsonValueKind.Undefined)
                {
                    throw new InvalidDataException($"there is no output '{wanted.Name}'");
                }

                var values = new List<double>(rows * wanted.Width);
                Flatten(tensor.GetProperty("data"u8), values);
                if (values.Count != rows * wanted.Width)
                {
                    throw new InvalidDataException($"output '{wanted.Name}' has {values.Count} values, {rows} rows of {wanted.Width} were expected");
                }

                for (var i = 0; i < values.Count; i++)
                {
                    predictions.Values[(i / wanted.Width * file.OutputCount) + first + (i % wanted.Width)] = values[i];
                }

                first += wanted.Width;
            }

            return predictions;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or InvalidDataException)
        {
            throw new MeshException(
                ErrorCode.Internal, $"The model server {address} gave a reply that does not fit the model file: {exception.Message}.", exception);
        }
    }

    /// <summary>The text of an error reply; null where it is none.</summary>
    public static string? ReadError(ReadOnlyMemory<byte> reply)
    {
        try
        {
            using var json = JsonDocument.Parse(reply);
            return json.RootElement.ValueKind is JsonValueKind.Object && json.RootElement.TryGetProperty("error"u8, out var error)
                ? error.ToString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Flatten(JsonElement data, List<double> values)
    {
        switch (data.ValueKind)
        {
            case JsonValueKind.Array:
                foreach (var item in data.EnumerateArray())
                {
                    Flatten(item, values);
                }

                break;
            case JsonValueKind.True or JsonValueKind.False:
                values.Add(data.GetBoolean() ? 1 : 0);
                break;
            default:
                values.Add(data.GetDouble());
                break;
        }
    }

    private static void WriteValue(Utf8JsonWriter writer, RemoteTensor tensor, double value)
    {
        if (!double.IsFinite(value))
        {
            throw Refused(tensor, "a missing or infinite value, which the protocol cannot carry");
        }

        if (tensor.Datatype.StartsWith("FP", StringComparison.Ordinal))
        {
            writer.WriteNumberValue(value);
        }
        else if (tensor.Datatype == "BOOL")
        {
            writer.WriteBooleanValue(value is 0 or 1 ? value == 1 : throw Refused(tensor, FormattableString.Invariant($"{value:R}")));
        }
        else
        {
            writer.WriteNumberValue(value == Math.Truncate(value) && Math.Abs(value) <= LargestWhole
                ? (long)value
                : throw Refused(tensor, FormattableString.Invariant($"{value:R}")));
        }
    }

    private static MeshException Refused(RemoteTensor tensor, string found) => MeshException.InvalidArgument(
        $"Tensor '{tensor.Name}' of the model server holds {tensor.Datatype}, found {found}.");
}
