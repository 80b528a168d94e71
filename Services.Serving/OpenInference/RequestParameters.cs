using System.Text.Json;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.OpenInference;

/// <summary>The parameters that mean something here; others are taken and left, as the protocol has it.</summary>
/// <param name="Priority">Of a request: 1 = before all others, then 2 and so on; 0 = not said.</param>
/// <param name="BinaryDataOutput">Of a request: whether outputs are answered as bytes.</param>
/// <param name="BinaryData">Of an output: whether it is answered as bytes; null = as the request says.</param>
/// <param name="BinaryDataSize">Of an input: how many bytes it has; null = it is JSON.</param>
internal readonly record struct RequestParameters(int Priority, bool BinaryDataOutput, bool? BinaryData, long? BinaryDataSize)
{
    /// <summary>Reads them.</summary>
    /// <param name="reader">Stands on the name of the member that has them.</param>
    public static RequestParameters Read(ref Utf8JsonReader reader)
    {
        reader.Read();
        JsonMembers.RequireObject(ref reader, "parameters");
        var read = default(RequestParameters);
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("priority"u8))
            {
                read = read with { Priority = (int)Math.Min(JsonMembers.ReadCount(ref reader, "priority"), int.MaxValue) };
            }
            else if (reader.ValueTextEquals("binary_data_output"u8))
            {
                read = read with { BinaryDataOutput = JsonMembers.ReadBoolean(ref reader, "binary_data_output") };
            }
            else if (reader.ValueTextEquals("binary_data"u8))
            {
                read = read with { BinaryData = JsonMembers.ReadBoolean(ref reader, "binary_data") };
            }
            else if (reader.ValueTextEquals("binary_data_size"u8))
            {
                read = read with { BinaryDataSize = JsonMembers.ReadCount(ref reader, "binary_data_size") };
            }
            else
            {
                RequireScalar(ref reader);
            }
        }

        return read;
    }

    private static void RequireScalar(ref Utf8JsonReader reader)
    {
        var name = reader.GetString();
        reader.Read();
        if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject or JsonTokenType.Null)
        {
            throw MeshException.InvalidArgument($"Parameter '{name}' must be text, a number, true or false.");
        }
    }
}
