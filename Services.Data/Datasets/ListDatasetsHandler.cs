using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Data.Datasets;

internal sealed class ListDatasetsHandler(DatasetStore datasets) : IMessageHandler<ListDatasets, DatasetList>
{
    public async Task<DatasetList> HandleAsync(
        ListDatasets message, MessageContext context, CancellationToken cancellationToken) =>
        new() { Datasets = await datasets.ListAsync(cancellationToken) };
}
