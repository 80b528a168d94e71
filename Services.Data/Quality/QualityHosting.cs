using Skipper.Services.Data.Reports;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Hosting;

namespace Skipper.Services.Data.Quality;

/// <summary>Standards, suites, reports and quarantine, as parts of the data service.</summary>
internal static class QualityHosting
{
    public static void AddQuality(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<DeclarationStore>();
        services.AddSingleton<QualityReportStore>();
        services.AddSingleton<QuarantineStore>();
        services.AddSingleton<IReferenceValues, DatasetValues>();
        services.AddSingleton<ReferenceProfiles>();
        services.AddSingleton<QualityGate>();
        services.AddSingleton<QualityPages>();
        services.AddSingleton<CheckedImporter>();
        services.AddSingleton<IQuarantineReplayer, QuarantineReplayer>();
        builder.AddMessaging()
            .Handle<PutDeclaration, DeclarationVersion, PutDeclarationHandler>()
            .Handle<FindDeclaration, DeclarationVersion, FindDeclarationHandler>()
            .Handle<ListDeclarations, DeclarationList, ListDeclarationsHandler>()
            .Handle<FindQualityReport, QualityReport, FindQualityReportHandler>()
            .Handle<ListQualityReports, QualityReportList, ListQualityReportsHandler>()
            .Handle<WriteQualityPage, QualityPageFile, WriteQualityPageHandler>()
            .Handle<ListQuarantine, QuarantinePage, ListQuarantineHandler>()
            .Handle<DiscardQuarantine, QuarantineCount, DiscardQuarantineHandler>()
            .Handle<ReplayQuarantine, QuarantineReplay, ReplayQuarantineHandler>();
    }
}
