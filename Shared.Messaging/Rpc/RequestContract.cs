using System.Buffers;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Shared.Messaging.Rpc;

/// <summary>Between a contract's request and reply and their JSON.</summary>
internal static class RequestContract
{
    private static readonly ConcurrentDictionary<Type, TaskTypeAttribute> TaskTypes = new();

    public static TaskTypeAttribute Of(Type request) => TaskTypes.GetOrAdd(
        request,
        static contract => contract.GetCustomAttribute<TaskTypeAttribute>()
            ?? throw new InvalidOperationException($"{contract} has no [TaskType]: say on which queue it is answered."));

    public static ReadOnlyMemory<byte> Write(object request, TaskTypeAttribute taskType)
    {
        var members = JsonSerializer.SerializeToElement(request, request.GetType(), MessageJson.Options);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("task_type"u8, taskType.Name);
            foreach (var member in members.EnumerateObject())
            {
                member.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    public static TReply Read<TReply>(ReadOnlyMemory<byte> reply, TaskTypeAttribute taskType)
    {
        try
        {
            return JsonSerializer.Deserialize<TReply>(reply.Span, MessageJson.Options)
                ?? throw new JsonException("The reply is null.");
        }
        catch (JsonException exception)
        {
            throw new MeshException(
                ErrorCode.Internal,
                $"The reply of {taskType.Queue} to {taskType.Name} cannot be read: {exception.Message}",
                exception)
            {
                Service = taskType.Queue,
            };
        }
    }
}
