using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Data.Datasets;

/// <summary>
/// Imports a CSV file from the artifact store. Idempotent by content: a repeated import finds the version it made.
/// </summary>
internal sealed class ImportDatasetHandler(IArtifactStore artifacts, DatasetImporter importer)
    : IMessageHandler<ImportDataset, DatasetVersion>
{
    public async Task<DatasetVersion> HandleAsync(
        ImportDataset message, MessageContext context, CancellationToken cancellationToken)
    {
        await using var csv = await OpenAsync(message.Data.Artifact, cancellationToken);
        return await importer.ImportAsync(message.Data.Name, csv, cancellationToken);
    }

    private async Task<Stream> OpenAsync(string digest, CancellationToken cancellationToken)
    {
        try
        {
            return await artifacts.OpenAsync(digest, cancellationToken);
        }
        catch (FileNotFoundException exception)
        {
            throw MeshException.NotFound($"{exception.Message} Upload the file first.");
        }
    }
}
