using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Skipper.Services.Data.Audio;
using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Features;
using Skipper.Services.Data.Preprocessing;
using Skipper.Services.Data.Quality;
using Skipper.Services.Data.Scorings;
using Skipper.Services.Data.Sources;
using Skipper.Services.Data.Splits;
using Skipper.Services.Data.Streams;
using Skipper.Services.Data.Tables;
using Skipper.Services.Data.Texts;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Hosting;
using Skipper.Shared.Storage;
using Skipper.Shared.Storage.Payloads;

namespace Skipper.Services.Data;

/// <summary>What the data service listens to, and what it needs for that.</summary>
public static class DataService
{
    internal const string Schema = "data";

    public static void AddDataService(this IHostApplicationBuilder builder)
    {
        builder.AddMessaging()
            .Payloads<IExpiringBlobs>(blobs => blobs.PutAsync, blobs => blobs.OpenAsync)
            .Handle<ImportDataset, DatasetVersion, ImportDatasetHandler>()
            .Handle<FindDataset, DatasetVersion, FindDatasetHandler>()
            .Handle<ListDatasets, DatasetList, ListDatasetsHandler>()
            .Handle<ListDatasetVersions, DatasetVersionList, ListDatasetVersionsHandler>()
            .Handle<DescribeDataset, DatasetManifest, DescribeDatasetHandler>()
            .Handle<TagDataset, DatasetTag, TagDatasetHandler>()
            .Handle<DiffDatasets, DatasetDiff, DiffDatasetsHandler>()
            .Handle<ExportDataset, DatasetExport, ExportDatasetHandler>()
            .Handle<ProcessDataset, ProcessedDataset, ProcessDatasetHandler>()
            .Handle<SplitDataset, RawJson, SplitDatasetHandler>(fallback: true);

        builder.AddDatabase(Schema, typeof(DataService).Assembly);
        builder.AddArtifacts();
        builder.AddExpiringBlobs();

        builder.Services.AddOptionsWithValidateOnStart<DatasetOptions>()
            .BindConfiguration(DatasetOptions.Section).ValidateDataAnnotations();
        builder.Services.AddSingleton<TypedTableStore>();
        builder.Services.AddSingleton<DatasetStore>();
        builder.Services.AddSingleton<VersionTables>();
        builder.Services.AddSingleton<DatasetPublisher>();
        builder.Services.AddSingleton<DatasetImporter>().AddSingleton<FileImporter>();
        builder.Services.AddSingleton<DatasetCatalog>();
        builder.Services.AddSingleton<DatasetRegistry>();
        builder.Services.AddSingleton<RowComparer>();
        builder.Services.AddSingleton<DatasetComparer>();
        builder.Services.AddSingleton<DatasetExporter>();
        builder.Services.AddSingleton<SampleDataset>();
        builder.Services.AddSingleton<SplitMemory>();
        builder.Services.AddSingleton<TextModels>().AddSingleton<TextPreprocessor>();
        builder.Services.AddSingleton<StreamJournal>().AddSingleton<StreamRunner>();
        builder.Services.AddHostedService<SampleDatasetRegistration>();
        builder.AddSources();
        builder.AddQuality();
        builder.AddFeatures();
        builder.AddScorings();
        builder.AddPreprocessing();
        builder.Services.AddAudio();
        builder.Services.AddHealthChecks();
    }

    public static void MapDataService(this WebApplication app)
    {
        app.MapHealthChecks("/healthz", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/readyz");
    }
}
