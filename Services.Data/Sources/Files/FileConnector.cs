using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Skipper.Services.Data.Imports;
using Skipper.Services.Data.Sources.Declarations;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Data.Sources.Files;

/// <summary>Reads an uploaded file, such as a history dump; one that was read to its end is not read again.</summary>
internal sealed class FileConnector(
    IArtifactStore artifacts, SourceStore sources, IOptions<SourceOptions> options, TimeProvider time) : ISourceConnector
{
    public string Kind => SourceKinds.File;

    public async Task<IReadOnlyList<SourceUnit>> ListAsync(SourceJob job, CancellationToken cancellationToken)
    {
        var digest = job.Artifact ?? throw MeshException.InvalidArgument(
            $"Source {job.Declaration.Name} reads uploads: 'artifact' must name an uploaded file.");
        var item = new SourceItem(digest, job.Declaration.Items[0].Values);
        return [new SourceUnit(item, await sources.StateAsync(job.Declaration.Name, digest, cancellationToken))];
    }

    public async IAsyncEnumerable<SourceStep> ReadAsync(
        SourceJob job, SourceUnit unit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var state = unit.State.State;
        if (state.Done && !job.Force)
        {
            yield return new SourceStep(null, before => before, IsLast: true);
            yield break;
        }

        var content = new ImportContent(
            token => OpenAsync(unit.Item.Name, token), job.Declaration.Records.Encoding, options.Value.MaxFileMegabytes);
        await foreach (var step in FilePages.ReadAsync(
            content, unit.Item, job.Force ? 0 : state.Records, time.GetUtcNow(), cancellationToken))
        {
            yield return step;
        }
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
