using Skipper.Services.Data.Datasets;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Data.Features;

internal sealed class ListTransformsHandler(DatasetCatalog catalog, TransformStore transforms)
    : IMessageHandler<ListTransforms, TransformList>
{
    public async Task<TransformList> HandleAsync(ListTransforms message, MessageContext context, CancellationToken cancellationToken)
    {
        var version = await catalog.FindAsync(message.Data.Name, message.Data.Version, cancellationToken);
        return new TransformList { Transforms = await transforms.ListAsync(version, cancellationToken) };
    }
}
