using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Shared.Messaging.Tests.Rpc;

[TaskType("look_up", QueueName, Idempotent = true)]
internal sealed record LookUp : IRequest<Sum>
{
    public const string QueueName = "test_look_up";
}
