using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Events;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Serving.Models;

/// <summary>Tells what is served; changes nothing.</summary>
internal sealed class ListServedModelsHandler(ServedModelIndex index) : IMessageHandler<ListServedModels, ServedModelList>
{
    public Task<ServedModelList> HandleAsync(ListServedModels message, MessageContext context, CancellationToken cancellationToken) =>
        Task.FromResult(index.Read(message.Data));
}

/// <summary>Loads a version by request; a second delivery finds it loaded.</summary>
internal sealed class LoadModelHandler(
    ModelFinder finder, ModelIntake intake, Withdrawals withdrawals, ServedModelIndex index, IEventBus events)
    : IMessageHandler<LoadModel, ServedModelStatus>
{
    public async Task<ServedModelStatus> HandleAsync(LoadModel message, MessageContext context, CancellationToken cancellationToken)
    {
        var reference = ModelReference.Parse(message.Data.Model);
        var manifest = await finder.FindAsync(reference, cancellationToken);
        await withdrawals.LiftAsync(manifest.Name, manifest.Version, cancellationToken);
        await events.PublishAsync(new ModelLoaded { Model = manifest }, cancellationToken);
        await intake.LoadAsync(manifest, published: reference is { Version: null, Alias: null }, null, cancellationToken);
        return index.Read(new ServedModelFilter { Model = $"{manifest.Name}@{manifest.Version}" }).Models.SingleOrDefault()
            ?? throw MeshException.Unavailable($"Model '{reference}' was displaced as soon as it was loaded; try again.");
    }
}

/// <summary>Unloads by request; a second delivery finds nothing to unload.</summary>
internal sealed class UnloadModelHandler(
    ModelCatalog catalog, ModelFinder finder, ModelIntake intake, Withdrawals withdrawals, ServedModelIndex index, IEventBus events)
    : IMessageHandler<UnloadModel, ServedModelList>
{
    public async Task<ServedModelList> HandleAsync(UnloadModel message, MessageContext context, CancellationToken cancellationToken)
    {
        var reference = ModelReference.Parse(message.Data.Model);
        var isWhole = reference is { Version: null, Alias: null };
        if (!isWhole || !catalog.Shelves.ContainsKey(reference.Name))
        {
            reference = reference with { Version = (await finder.FindAsync(reference, cancellationToken)).Version, Alias = null };
        }

        int? version = isWhole ? null : reference.Version;
        await withdrawals.AddAsync(reference.Name, version, cancellationToken);
        await events.PublishAsync(new ModelUnloaded { Name = reference.Name, Version = version }, cancellationToken);
        await intake.DropWithdrawnAsync(cancellationToken);
        return index.Read(new ServedModelFilter { Model = reference.Name });
    }
}

/// <summary>Follows a load that another worker was asked for.</summary>
internal sealed class ModelLoadedHandler(ModelIntake intake, Withdrawals withdrawals) : IEventHandler<ModelLoaded>
{
    public async Task HandleAsync(ModelLoaded message, CancellationToken cancellationToken)
    {
        await withdrawals.RefreshAsync(cancellationToken);
        await intake.TryLoadAsync(message.Model, published: false, cancellationToken);
    }
}

/// <summary>Follows an unload that another worker was asked for.</summary>
internal sealed class ModelUnloadedHandler(ModelIntake intake, Withdrawals withdrawals) : IEventHandler<ModelUnloaded>
{
    public async Task HandleAsync(ModelUnloaded message, CancellationToken cancellationToken)
    {
        await withdrawals.RefreshAsync(cancellationToken);
        await intake.DropWithdrawnAsync(cancellationToken);
    }
}
