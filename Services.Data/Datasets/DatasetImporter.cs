using Microsoft.Extensions.Options;
using Skipper.Services.Data.Imports;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Data.Datasets;

/// <summary>
/// Turns a file into a dataset version: read twice, once to see what its columns hold and once to take its rows, so that memory does not
/// grow with the file.
/// </summary>
internal sealed class DatasetImporter(DatasetPublisher publisher, IArtifactStore artifacts, IOptions<DatasetOptions> options)
{
    /// <summary>Imports; the same content under the same name is the version that was made of it before.</summary>
    /// <param name="name">Of the dataset.</param>
    /// <param name="open">Opens the file; called more than once.</param>
    /// <param name="source">What is said of its origin.</param>
    /// <param name="checks">Look at each row that could be read; a row with a finding is rejected.</param>
    /// <param name="cancellationToken">Stops; nothing is published then.</param>
    public async Task<DatasetVersion> ImportAsync(
        string name,
        Func<CancellationToken, Task<Stream>> open,
        ImportOrigin source,
        IReadOnlyList<IRowCheck> checks,
        CancellationToken cancellationToken)
    {
        DatasetPublisher.RequireName(name);
        var content = new ImportContent(open, source.Encoding, options.Value.MaxMegabytes);
        var schema = await InferAsync(content, cancellationToken);
        await using var rejected = new RejectedRows();
        await using var draft = await publisher.StartAsync(name, schema, cancellationToken);
        await using (var reader = await content.OpenAsync([.. schema.Columns.Select(column => column.Name)], cancellationToken))
        {
            var parser = new RowParser(reader, schema, rejected);
            var checker = new RowChecker(checks, schema, rejected);
            var batch = new RowBatch(schema);
            while (await parser.FillAsync(batch, cancellationToken))
            {
                await checker.CheckAsync(batch, cancellationToken);
                await draft.WriteAsync(batch, cancellationToken);
            }

            rejected.RequireMostlyGood(parser.Records);
        }

        var summary = new RejectedSummary(
            rejected.Count, rejected.First, await rejected.StoreAsync(artifacts, cancellationToken));
        return await publisher.CommitAsync(name, draft, source.ToOrigin(), summary, cancellationToken);
    }

    private static async Task<TableSchema> InferAsync(ImportContent content, CancellationToken cancellationToken)
    {
        await using var reader = await content.OpenAsync([], cancellationToken);
        return await ColumnInference.ReadAsync(reader, cancellationToken);
    }
}

/// <summary>A file to import.</summary>
/// <param name="Name">Its digest, or what else names it.</param>
/// <param name="Encoding">Its encoding; absent = UTF-8, or UTF-16 with a byte order mark.</param>
/// <param name="Lineage">What it was made of, where it was made here.</param>
internal sealed record ImportOrigin(string Name, string? Encoding = null, DatasetOrigin? Lineage = null)
{
    public DatasetOrigin ToOrigin() => Lineage ?? new DatasetOrigin { Transform = "import", Sources = [Name] };
}
