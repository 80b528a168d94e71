using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Shared.Messaging.Tests.Rpc;

[TaskType("add_numbers", QueueName)]
internal sealed record Add : IRequest<Sum>
{
    public const string QueueName = "test_add_numbers";

    public required int Left { get; init; }

    public required int Right { get; init; }

    public string Note { get; init; } = "";
}

internal sealed record Sum
{
    public required int Value { get; init; }
}
