using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Data.Datasets;

/// <summary>
/// The housing sample, which is part of this assembly so that a first start has something to train on.
/// </summary>
internal sealed class SampleDataset(DatasetImporter importer)
{
    public const string Name = "housing";

    /// <summary>Imports the sample. May run twice at once: the same content is the same version.</summary>
    public Task<DatasetVersion> RegisterAsync(CancellationToken cancellationToken) =>
        importer.ImportAsync(
            Name,
            _ => Task.FromResult(typeof(SampleDataset).Assembly.GetManifestResourceStream("housing.csv")!),
            new ImportOrigin("samples/housing.csv"),
            checks: [],
            cancellationToken);
}
