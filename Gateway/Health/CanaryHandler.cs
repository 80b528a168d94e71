using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Gateway.Health;

/// <summary>
/// Answers the readiness check of this gateway or of a sibling: proof that messages are sent, consumed and answered.
/// </summary>
internal sealed class CanaryHandler : IMessageHandler<RawJson, RawJson>
{
    public const string TaskType = "canary";

    public static readonly byte[] Request = """{"task_type":"canary"}"""u8.ToArray();

    private static readonly RawJson Alive = new("""{"alive":true}"""u8.ToArray());

    public Task<RawJson> HandleAsync(RawJson message, MessageContext context, CancellationToken cancellationToken) =>
        Task.FromResult(Alive);
}
