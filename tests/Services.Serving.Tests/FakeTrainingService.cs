using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Rpc;

namespace Skipper.Services.Serving.Tests;

/// <summary>A registry in memory that answers as the training service does.</summary>
internal sealed class FakeTrainingService : IRpcClient
{
    private int _questions;

    public volatile bool IsAway;

    public List<ModelVersion> Models { get; } = [];

    public int Questions => Volatile.Read(ref _questions);

    public Task<TReply> CallAsync<TReply>(
        IRequest<TReply> request, CallOptions options = default, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _questions);
        if (IsAway)
        {
            throw MeshException.Unavailable("No worker consumes skipper_models.");
        }

        lock (Models)
        {
            object reply = request switch
            {
                ListModels => new ModelList { Models = [.. Models.GroupBy(model => model.Name).Select(Newest)] },
                FindModel find => Find(find.Data),
                _ => throw new InvalidOperationException($"Nobody should send {request.GetType().Name}."),
            };
            return Task.FromResult((TReply)reply);
        }
    }

    public Task<ReadOnlyMemory<byte>> CallAsync(
        string queue, ReadOnlyMemory<byte> body, CallOptions options = default, CancellationToken cancellationToken = default) =>
        throw new InvalidOperationException($"Nobody should call {queue} with raw bytes.");

    public void Register(ModelVersion model)
    {
        lock (Models)
        {
            Models.Add(model);
        }
    }

    private ModelVersion Find(ModelName wanted) =>
        Models.Where(model => model.Name == wanted.Name && model.Version == (wanted.Version ?? model.Version))
            .MaxBy(model => model.Version)
        ?? throw MeshException.NotFound($"Registry: no '{wanted.Name}' version {wanted.Version}.");

    private static ModelVersion Newest(IEnumerable<ModelVersion> versions) => versions.MaxBy(model => model.Version)!;
}
