using Skipper.Services.Data.Quality;
using Skipper.Services.Data.Sources.Files;
using Skipper.Services.Data.Sources.Ftp;
using Skipper.Services.Data.Sources.Html;
using Skipper.Services.Data.Sources.Http;
using Skipper.Services.Data.Sources.Json;
using Skipper.Services.Data.Sources.Publishing;
using Skipper.Services.Data.Sources.Scorecards;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Hosting;

namespace Skipper.Services.Data.Sources;

/// <summary>What sources need.</summary>
internal static class SourceHosting
{
    public static void AddSources(this IHostApplicationBuilder builder)
    {
        builder.AddMessaging()
            .Handle<DeclareSource, SourceDescription, DeclareSourceHandler>()
            .Handle<FindSource, SourceDescription, FindSourceHandler>()
            .Handle<ListSources, SourceList, ListSourcesHandler>()
            .Handle<IngestSource, SourceRun, IngestSourceHandler>()
            .Handle<ReplaySource, SourceRun, ReplaySourceHandler>()
            .Handle<PublishSource, DatasetVersion, PublishSourceHandler>()
            .Handle<EvaluateProviders, ProviderEvaluation, EvaluateProvidersHandler>();

        builder.Services.AddOptionsWithValidateOnStart<SourceOptions>()
            .BindConfiguration(SourceOptions.Section).ValidateDataAnnotations();
        builder.Services.AddSingleton<OutboundGuard>();
        builder.Services.AddSingleton<SourceHttp>();
        builder.Services.AddSingleton<Pace>();
        builder.Services.AddSingleton<CallStore>();
        builder.Services.AddSingleton<Fetcher>();
        builder.Services.AddSingleton<SourceStore>();
        builder.Services.AddSingleton<RequestValues>();
        builder.Services.AddSingleton<PageWriter>();
        builder.Services.AddSingleton<IQuarantineReplayer, RecordReplayer>();
        builder.Services.AddSingleton<SourceLineage>();
        builder.Services.AddSingleton<SourcePublisher>();
        builder.Services.AddSingleton<SourceRunner>();
        builder.Services.AddSingleton<SourceReplay>();
        builder.Services.AddSingleton<SourceCatalog>();
        builder.Services.AddSingleton<ProviderEvaluator>();
        builder.Services.AddSingleton<ISourceConnector, JsonConnector>();
        builder.Services.AddSingleton<RobotsCache>();
        builder.Services.AddSingleton<ISourceConnector, HtmlConnector>();
        builder.Services.AddSingleton<ISourceConnector, FileConnector>();
        builder.Services.AddSingleton<ISourceConnector, FtpConnector>();
    }
}
