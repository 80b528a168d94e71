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

    public Dictionary<(string Name, string Alias), ModelAlias> Aliases { get; } = [];

    public Dictionary<string, ModelHold> Holds { get; } = [];

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
                ListModels => new ModelList
                {
                    Models = [.. Models.GroupBy(model => model.Name).Select(Newest)],
                    Aliases = [.. Aliases.Values],
                },
                FindModel find => Find(find.Data),
                DescribeModel describe => new ModelCard { Model = Find(describe.Data), Aliases = [], Limits = [], Page = "" },
                HoldModelVersions hold => Hold(hold.Data),
                _ => throw new InvalidOperationException($"Nobody should send {request.GetType().Name}."),
            };
            return Task.FromResult((TReply)reply);
        }
    }

    public Task<ReadOnlyMemory<byte>> CallAsync(
        string queue, ReadOnlyMemory<byte> body, CallOptions options = default, CancellationToken cancellationToken = default) =>
        throw new InvalidOperationException($"Nobody should call {queue} with raw bytes.");

    /// <summary>Points an alias at a version, without announcing it.</summary>
    public ModelAliasChanged Promote(ModelVersion model, string alias)
    {
        lock (Models)
        {
            var before = Aliases.GetValueOrDefault((model.Name, alias));
            var moved = new ModelAlias
            {
                Name = model.Name,
                Alias = alias,
                Version = model.Version,
                PreviousVersion = before?.Version,
                MovedAt = model.CreatedAt,
                Number = (before?.Number ?? 0) + 1,
            };
            Aliases[(model.Name, alias)] = moved;
            return new ModelAliasChanged { Alias = moved, Model = model };
        }
    }

    public void Register(ModelVersion model)
    {
        lock (Models)
        {
            Models.Add(model);
        }
    }

    private ModelHold Hold(ModelHold hold)
    {
        foreach (var version in hold.Versions)
        {
            Find(new ModelName { Name = hold.Name, Version = version });
        }

        if (!(Holds.GetValueOrDefault(hold.Name)?.Number > hold.Number))
        {
            Holds[hold.Name] = hold;
        }

        return Holds[hold.Name];
    }

    private ModelVersion Find(ModelName wanted)
    {
        if (wanted.Alias is { } alias)
        {
            var pointer = Aliases.GetValueOrDefault((wanted.Name, alias))
                ?? throw MeshException.NotFound($"Registry: no alias '{alias}' of '{wanted.Name}'.");
            wanted = wanted with { Version = pointer.Version };
        }

        return Models.Where(model => model.Name == wanted.Name && model.Version == (wanted.Version ?? model.Version))
            .MaxBy(model => model.Version)
        ?? throw MeshException.NotFound($"Registry: no '{wanted.Name}' version {wanted.Version}.");
    }

    private static ModelVersion Newest(IEnumerable<ModelVersion> versions) => versions.MaxBy(model => model.Version)!;
}
