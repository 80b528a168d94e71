using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Data.Datasets;

/// <summary>
/// Imports a file from the artifact store. Idempotent by content: a repeated import finds the version it made.
/// </summary>
internal sealed class ImportDatasetHandler(IArtifactStore artifacts, FileImporter importer)
    : IMessageHandler<ImportDataset, DatasetVersion>
{
    public Task<DatasetVersion> HandleAsync(ImportDataset message, MessageContext context, CancellationToken cancellationToken)
    {
        var (name, digest, encoding) = (message.Data.Name, message.Data.Artifact, message.Data.Encoding);
        return importer.ImportAsync(name, token => OpenAsync(digest, token), new ImportOrigin(digest, encoding), cancellationToken);
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
