using System.Text.Json;
using System.Text.Unicode;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.OpenInference;

/// <summary>
/// An inference request of the Open Inference Protocol, with the members that the mesh adds: <c>model</c> and <c>binary</c>.
/// </summary>
internal sealed record InferRequest
{
    private const string Example = """{"inputs": [{"name": "x", "shape": [2, 1], "datatype": "FP64", "data": [1, 2]}]}""";

    /// <summary>Given back as it is; null = none.</summary>
    public string? Id { get; private init; }

    /// <summary>Model name, optionally with <c>@version</c> or <c>@alias</c>.</summary>
    public string? Model { get; private init; }

    public IReadOnlyList<Tensor> Inputs { get; private init; } = [];

    /// <summary>What to answer, and whether each as bytes; empty = all outputs.</summary>
    public IReadOnlyList<(string Name, bool? Binary)> Outputs { get; private init; } = [];

    /// <summary>Whether outputs that do not say otherwise are answered as bytes.</summary>
    public bool BinaryOutput { get; private init; }

    /// <summary>1 = before all others, then 2 and so on; 0 = not said.</summary>
    public int Priority { get; private init; }

    /// <exception cref="MeshException">It is no such request; says what is wrong with it.</exception>
    public static InferRequest Parse(ReadOnlyMemory<byte> body)
    {
        if (!Utf8.IsValid(body.Span))
        {
            throw MeshException.InvalidArgument("The request is not valid UTF-8.");
        }

        try
        {
            return new Reading(body).Read();
        }
        catch (JsonException exception)
        {
            throw MeshException.InvalidArgument($"The request is not valid JSON: {exception.Message}");
        }
        catch (InvalidOperationException exception)
        {
            throw MeshException.InvalidArgument($"The request has text that is not valid Unicode: {exception.Message}");
        }
    }

    /// <summary>Collects the members in whatever order they come.</summary>
    private sealed class Reading(ReadOnlyMemory<byte> body)
    {
        private string? _id;
        private string? _model;
        private byte[] _binary = [];
        private List<TensorHeader>? _inputs;
        private List<(string Name, bool? Binary)> _outputs = [];
        private RequestParameters _parameters;

        public InferRequest Read()
        {
            var reader = new Utf8JsonReader(body.Span);
            reader.Read();
            JsonMembers.RequireObject(ref reader, "the request");
            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                ReadMember(ref reader);
            }

            return new InferRequest
            {
                Id = _id,
                Model = _model,
                Inputs = _inputs is { Count: > 0 }
                    ? TensorReader.ReadData(_inputs, _binary)
                    : throw MeshException.InvalidArgument($"Expected inputs, such as {Example}."),
                Outputs = _outputs,
                BinaryOutput = _parameters.BinaryDataOutput,
                Priority = _parameters.Priority,
            };
        }

        private void ReadMember(ref Utf8JsonReader reader)
        {
            if (reader.ValueTextEquals("inputs"u8))
            {
                _inputs = JsonMembers.ReadList(ref reader, "inputs", (ref Utf8JsonReader item) => TensorReader.ReadHeader(ref item, body));
            }
            else if (reader.ValueTextEquals("outputs"u8))
            {
                _outputs = JsonMembers.ReadList(ref reader, "outputs", ReadOutput);
            }
            else if (reader.ValueTextEquals("parameters"u8))
            {
                _parameters = RequestParameters.Read(ref reader);
            }
            else if (reader.ValueTextEquals("id"u8))
            {
                _id = JsonMembers.ReadText(ref reader, "id");
            }
            else if (_model is null && reader.ValueTextEquals("model"u8))
            {
                // The first one counts: the gateway puts it before whatever a client has sent.
                _model = JsonMembers.ReadText(ref reader, "model");
            }
            else if (_binary.Length == 0 && reader.ValueTextEquals("binary"u8))
            {
                reader.Read();
                _binary = reader.TokenType is JsonTokenType.String && reader.TryGetBytesFromBase64(out var bytes)
                    ? bytes
                    : throw MeshException.InvalidArgument("binary must be text in base64.");
            }
            else
            {
                reader.Skip();
            }
        }

        private static (string Name, bool? Binary) ReadOutput(ref Utf8JsonReader reader)
        {
            JsonMembers.RequireObject(ref reader, "each of outputs");
            var (name, binary) = ((string?)null, (bool?)null);
            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("name"u8))
                {
                    name = JsonMembers.ReadText(ref reader, "the name of an output");
                }
                else if (reader.ValueTextEquals("parameters"u8))
                {
                    binary = RequestParameters.Read(ref reader).BinaryData;
                }
                else
                {
                    reader.Skip();
                }
            }

            return (name ?? throw MeshException.InvalidArgument("Each of outputs must have a name."), binary);
        }
    }
}
