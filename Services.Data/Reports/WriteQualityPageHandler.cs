using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Data.Reports;

/// <summary>Idempotent by content: the page of a report is always the same artifact.</summary>
internal sealed class WriteQualityPageHandler(QualityPages pages) : IMessageHandler<WriteQualityPage, QualityPageFile>
{
    public Task<QualityPageFile> HandleAsync(WriteQualityPage message, MessageContext context, CancellationToken cancellationToken) =>
        pages.WriteAsync(message.Data, cancellationToken);
}
