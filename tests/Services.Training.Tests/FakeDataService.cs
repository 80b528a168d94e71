using System.Text.Json;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Rpc;

namespace Skipper.Services.Training.Tests;

/// <summary>Answers the calls of a training with the split that a test made.</summary>
internal sealed class FakeDataService(Func<SplitDataset, Task<DatasetSplit>> split) : IRpcClient
{
    public List<SplitDataset> Requests { get; } = [];

    public async Task<TReply> CallAsync<TReply>(
        IRequest<TReply> request, CallOptions options = default, CancellationToken cancellationToken = default)
    {
        var message = Assert.IsType<SplitDataset>(request);
        Requests.Add(message);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(await split(message), MessageJson.Options);
        return JsonSerializer.Deserialize<TReply>(bytes, MessageJson.Options)!;
    }

    public Task<ReadOnlyMemory<byte>> CallAsync(
        string queue, ReadOnlyMemory<byte> body, CallOptions options = default, CancellationToken cancellationToken = default) =>
        throw new InvalidOperationException($"Nobody should call {queue} with raw bytes.");
}
