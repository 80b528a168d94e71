namespace Skipper.Services.Serving.Tests.QueuePipelines;

public sealed class InProcessQueuePipelineTests : QueuePipelineContract
{
    private protected override IReadOnlyDictionary<string, string?> Settings { get; } =
        new Dictionary<string, string?> { ["Skipper:Messaging:Transport"] = "inprocess" };
}
