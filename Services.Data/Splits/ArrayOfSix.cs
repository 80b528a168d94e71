using System.Buffers;
using System.Text.Json;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Data.Splits;

/// <summary>
/// The original engine's answer: <c>[train_x, test_x, validation_x, train_y, test_y, validation_y]</c>, where each x is a list
/// of rows and each y one list per target.
/// </summary>
internal static class ArrayOfSix
{
    private const int LargestReply = 16 * 1024 * 1024;

    public static RawJson Write(SplitArrays split)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        PartArrays[] parts = [split.Train, split.Test, split.Validation];
        writer.WriteStartArray();
        foreach (var part in parts)
        {
            WriteRows(writer, part.Features);
        }

        foreach (var part in parts)
        {
            WriteColumns(writer, part.Targets);
        }

        writer.WriteEndArray();
        writer.Flush();
        return buffer.WrittenCount <= LargestReply
            ? new RawJson(buffer.WrittenMemory)
            : throw MeshException.FailedPrecondition(
                $"The split takes {buffer.WrittenCount >> 20} MiB as JSON, more than {LargestReply >> 20} MiB: "
                + "ask with \"reply\":\"reference\" for .npy artifacts.");
    }

    private static void WriteRows(Utf8JsonWriter writer, Matrix matrix)
    {
        writer.WriteStartArray();
        for (var row = 0; row < matrix.Rows; row++)
        {
            writer.WriteStartArray();
            foreach (var value in matrix.Row(row))
            {
                writer.WriteNumberValue(value);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    private static void WriteColumns(Utf8JsonWriter writer, Matrix matrix)
    {
        writer.WriteStartArray();
        for (var column = 0; column < matrix.Columns; column++)
        {
            writer.WriteStartArray();
            for (var row = 0; row < matrix.Rows; row++)
            {
                writer.WriteNumberValue(matrix[row, column]);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }
}
