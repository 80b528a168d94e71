using System.Text;
using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Profiles;
using Skipper.Services.Data.Quality;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Data.Reports;

/// <summary>Pages of reports as artifacts; the same report is the same page.</summary>
internal sealed class QualityPages(
    QualityReportStore reports, DatasetCatalog catalog, VersionProfiles profiles, IArtifactStore artifacts)
{
    /// <summary>
    /// The page of a report: with the columns of the version that it is about, compared with the version before. A report of rows
    /// that were not published has none to show.
    /// </summary>
    public async Task<QualityPageFile> WriteAsync(WriteQualityPage.Choice choice, CancellationToken cancellationToken)
    {
        var report = await FindAsync(choice, cancellationToken);
        var profile = await ProfileAsync(report.Dataset, report.Version, cancellationToken);
        var before = await ProfileAsync(report.Dataset, report.Version - 1, cancellationToken);
        return new QualityPageFile
        {
            RunId = report.RunId,
            Page = await PutAsync(QualityPage.Write(report.Dataset, report.Version, report, profile, before), cancellationToken),
        };
    }

    /// <summary>The page of a version, with what its newest report says, and compared with a reference where there is one.</summary>
    /// <returns>Digest of the page.</returns>
    public async Task<string> WriteAsync(
        DatasetVersion version, TableProfile profile, TableProfile? reference, CancellationToken cancellationToken)
    {
        var name = new DatasetName { Name = version.Name, Version = version.Version };
        var report = await reports.FindAsync(name, cancellationToken);
        return await PutAsync(QualityPage.Write(version.Name, version.Version, report, profile, reference), cancellationToken);
    }

    private async Task<QualityReport> FindAsync(WriteQualityPage.Choice choice, CancellationToken cancellationToken) => choice switch
    {
        { RunId: not null, Version: not null } => throw MeshException.InvalidArgument(
            "version and run_id are two ways to name one report: use one of them."),
        { RunId: { } id } => await reports.FindAsync(choice.Dataset, id, cancellationToken)
            ?? throw MeshException.NotFound($"There is no quality report {id} about dataset '{choice.Dataset}'."),
        _ => await reports.RequireAsync(new DatasetName { Name = choice.Dataset, Version = choice.Version }, cancellationToken),
    };

    private async Task<TableProfile?> ProfileAsync(string dataset, int? version, CancellationToken cancellationToken) => version is > 0
        ? await profiles.ReadAsync(await catalog.FindAsync(dataset, version, cancellationToken), cancellationToken)
        : null;

    private async Task<string> PutAsync(string page, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(page));
        return await artifacts.PutAsync(content, cancellationToken);
    }
}
