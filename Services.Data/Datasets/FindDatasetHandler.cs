using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Data.Datasets;

internal sealed class FindDatasetHandler(DatasetCatalog catalog) : IMessageHandler<FindDataset, DatasetVersion>
{
    public Task<DatasetVersion> HandleAsync(
        FindDataset message, MessageContext context, CancellationToken cancellationToken) =>
        catalog.FindAsync(message.Data, cancellationToken);
}
