using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Data.Streams;

/// <summary>Processes records. A second delivery goes on where the first was committed, because both have the id of the step.</summary>
internal sealed class ProcessDatasetHandler(StreamRunner streams) : IMessageHandler<ProcessDataset, ProcessedDataset>
{
    public Task<ProcessedDataset> HandleAsync(
        ProcessDataset message, MessageContext context, CancellationToken cancellationToken) =>
        streams.RunAsync(context.StepId ?? Guid.NewGuid(), message.Data, context.Report, cancellationToken);
}
