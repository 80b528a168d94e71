using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Rpc;

namespace Skipper.Services.Data.Streams;

/// <summary>
/// Has a worker make something of each record. Records it refuses are found by halving the batch, so that they alone go to the dead
/// letters; a worker that is away is asked again, and then fails the stream, which goes on later.
/// </summary>
internal sealed class CallTransform(StreamCall call, IRpcClient rpc, TimeProvider time) : IRecordTransform
{
    private const int Attempts = 3;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    public async Task TransformAsync(IReadOnlyList<StreamRecord> records, CancellationToken cancellationToken)
    {
        try
        {
            var results = await AskAsync(Write(records), cancellationToken);
            Take(records, results);
        }
        catch (MeshException exception) when (exception.Code == ErrorCode.InvalidArgument)
        {
            if (records.Count == 1)
            {
                records[0].Fail("call", exception.Message);
                return;
            }

            var half = records.Count / 2;
            await TransformAsync([.. records.Take(half)], cancellationToken);
            await TransformAsync([.. records.Skip(half)], cancellationToken);
        }
    }

    private ReadOnlyMemory<byte> Write(IReadOnlyList<StreamRecord> records)
    {
        var body = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(body);
        writer.WriteStartObject();
        writer.WriteString("task_type", call.Task);
        writer.WriteStartObject("data");
        foreach (var member in call.With?.EnumerateObject() ?? default)
        {
            member.WriteTo(writer);
        }

        writer.WriteStartArray(call.Rows);
        foreach (var record in records)
        {
            WriteRow(writer, record.Value);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return body.WrittenMemory;
    }

    private void WriteRow(Utf8JsonWriter writer, JsonObject row)
    {
        if (call.Send is null)
        {
            row.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        foreach (var member in call.Send.Where(row.ContainsKey))
        {
            writer.WritePropertyName(member);
            JsonSerializer.Serialize(writer, row[member]);
        }

        writer.WriteEndObject();
    }

    private async Task<JsonElement> AskAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var reply = await rpc.CallAsync(call.Queue, body, cancellationToken: cancellationToken);
                return JsonSerializer.Deserialize<JsonElement>(reply.Span, MessageJson.Options);
            }
            catch (MeshException exception) when (exception.Retryable && attempt < Attempts)
            {
                await Task.Delay(FirstPause * attempt, time, cancellationToken);
            }
        }
    }

    private void Take(IReadOnlyList<StreamRecord> records, JsonElement reply)
    {
        if (reply.ValueKind != JsonValueKind.Object || !reply.TryGetProperty(call.Results, out var results)
            || results.ValueKind != JsonValueKind.Array || results.GetArrayLength() != records.Count)
        {
            throw MeshException.FailedPrecondition(
                $"Expected that {call.Task} answers with one item a row in '{call.Results}', {records.Count} in all, found something else: "
                + "name the member in results.");
        }

        foreach (var (record, result) in records.Zip(results.EnumerateArray()))
        {
            record.Value[call.Into] = JsonSerializer.SerializeToNode(result);
        }
    }
}
