using System.Runtime.InteropServices;
using System.Text.Json;
using Skipper.Services.Serving.Models;
using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Serving.Suspects;

/// <summary>What the second process does: it scores line by line until its input ends, and dies where the model does.</summary>
internal sealed class SuspectProgram(ModelOpener opener)
{
    private ServedModel? _model;

    public async Task RunAsync(Stream input, Stream output)
    {
        using var reader = new StreamReader(input);
        await using var writer = new StreamWriter(output) { AutoFlush = true };
        while (await reader.ReadLineAsync() is { } line)
        {
            var reply = await AnswerAsync(JsonSerializer.Deserialize<SuspectRequest>(line, MessageJson.Options)!);
            await writer.WriteLineAsync(JsonSerializer.Serialize(reply, MessageJson.Options));
        }

        _model?.Release();
    }

    private async Task<SuspectReply> AnswerAsync(SuspectRequest request)
    {
        try
        {
            var model = await OpenAsync(request);
            var features = MemoryMarshal.Cast<byte, double>(request.Features);
            var rows = new RowBatch(request.Rows, features.Length / request.Rows, eachAlone: false);
            features.CopyTo(rows.Features.Values);
            var call = new PredictionCall { Rows = new JsonRows([]), RequestId = nameof(SuspectProgram), Redelivered = true };
            await model.Lane.ScoreAsync(rows, call, CancellationToken.None);
            return new SuspectReply { Predictions = MemoryMarshal.AsBytes(rows.Predictions!.Values.AsSpan()).ToArray() };
        }
        catch (Exception exception)
        {
            // The edge of the process: whatever is wrong is told to the other.
            return exception is MeshException meant
                ? new SuspectReply { Code = meant.Code, Error = meant.Message }
                : new SuspectReply { Code = ErrorCode.Internal, Error = $"The model failed with {exception.GetType().Name}: {exception.Message}" };
        }
    }

    private async Task<ServedModel> OpenAsync(SuspectRequest request)
    {
        if (_model?.Manifest.Artifact != request.Model.Artifact || _model.Manifest.Name != request.Model.Name)
        {
            _model?.Release();
            _model = null;
            _model = await opener.OpenAsync(request.Model, CancellationToken.None);
        }

        return _model;
    }
}
