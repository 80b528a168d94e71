using System.Globalization;
using System.Text;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Tests.Quality;

/// <summary>Imports that are compared with a version before, and the pages of their reports.</summary>
public abstract partial class CheckedImportContract
{
    [Fact]
    public async Task A_version_that_has_drifted_is_announced_and_one_that_may_not_drift_is_not_published()
    {
        await DeclareAsync("suite", "weather", "name: weather\nchecks:\n  - { name: drift, type: drift, severity: warn }\n");
        await _host.ImportAsync("weather", Temperatures(0, 0));
        await _host.ImportAsync("weather", Temperatures(1, 0));
        Assert.DoesNotContain(_host.Events.Published, message => message is DriftDetected);

        var warm = await _host.ImportAsync("weather", Temperatures(2, 5));

        var drift = Assert.Single(_host.Events.Published.OfType<DriftDetected>());
        var report = await _host.Rpc.CallAsync(
            new FindQualityReport { Data = new() { Name = "weather", Version = 3 } }, cancellationToken: Token);
        Assert.Equal(("weather", warm.Version, report.RunId), (drift.Dataset, drift.Version, drift.RunId.ToString()));
        var compared = Assert.Single(drift.Drift);
        Assert.Equal(("weather", 2, "temperature"), (compared.Dataset, compared.Version, Assert.Single(compared.Columns).Column));
        Assert.Equal(2, Assert.Single(report.Checks).Drift!.Columns.Count);

        // Back to what it was: drifted from the newest version, but not from the one that is tagged.
        await _host.Rpc.CallAsync(new TagDataset { Data = new() { Name = "weather", Tag = "good", Version = 1 } }, cancellationToken: Token);
        await DeclareAsync("suite", "weather", "name: weather\nchecks:\n  - { name: drift, type: drift, tag: good }\n");
        Assert.Equal(4, (await _host.ImportAsync("weather", Temperatures(3, 0))).Version);
        var error = await Assert.ThrowsAsync<MeshException>(() => _host.ImportAsync("weather", Temperatures(4, 5)));
        Assert.Contains("expected distributed as in weather version 1, found 1 of 2 columns drifted", error.Message, StringComparison.Ordinal);
        Assert.Single(_host.Events.Published.OfType<DriftDetected>());
    }

    [Fact]
    public async Task A_report_is_shown_as_a_page_whether_its_rows_were_published_or_not()
    {
        await DeclareAsync("suite", "rooms", Suite);
        await _host.ImportAsync("rooms", "room,area\na,1\nb,2\na,3\nd,4\ne,5\n");
        await Assert.ThrowsAsync<MeshException>(() => _host.ImportAsync("rooms", "room,area\na,1\nb,-2\nc,0\nd,4\n"));
        var reports = (await _host.Rpc.CallAsync(
            new ListQualityReports { Data = new() { Name = "rooms" } }, cancellationToken: Token)).Reports;

        var (newest, refused) = await PageAsync(new() { Dataset = "rooms" });
        var (first, published) = await PageAsync(new() { Dataset = "rooms", Version = 1 });
        var (byId, same) = await PageAsync(new() { Dataset = "rooms", RunId = Guid.Parse(reports[1].RunId) });

        Assert.Equal([reports[0].RunId, reports[1].RunId, reports[1].RunId], [newest.RunId, first.RunId, byId.RunId]);
        Assert.Contains("not published", refused, StringComparison.Ordinal);
        Assert.DoesNotContain("<svg", refused, StringComparison.Ordinal);
        Assert.Contains("published as version 1", published, StringComparison.Ordinal);
        Assert.Contains("<svg", published, StringComparison.Ordinal);
        Assert.Equal((first.Page, published), (byId.Page, same));
        await AssertNotFoundAsync(new() { Dataset = "rooms", RunId = Guid.Empty });
        await AssertNotFoundAsync(new() { Dataset = "halls" });
        await AssertNotFoundAsync(new() { Dataset = "halls", RunId = Guid.Parse(reports[1].RunId) });
    }

    private async Task AssertNotFoundAsync(WriteQualityPage.Choice report) => Assert.Equal(
        ErrorCode.NotFound, (await Assert.ThrowsAsync<MeshException>(() => PageAsync(report))).Code);

    private async Task<(QualityPageFile File, string Html)> PageAsync(WriteQualityPage.Choice report)
    {
        var file = await _host.Rpc.CallAsync(new WriteQualityPage { Data = report }, cancellationToken: Token);
        using var reader = new StreamReader(await _host.Artifacts.OpenAsync(file.Page, Token));
        return (file, await reader.ReadToEndAsync(Token));
    }

    private static string Temperatures(int seed, double warmer)
    {
        var random = new Random(seed);
        var csv = new StringBuilder("temperature,sky\n");
        for (var row = 0; row < 200; row++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{(random.NextDouble() * 8) + warmer:F3},{(row % 2 == 0 ? "clear" : "clouds")}\n");
        }

        return csv.ToString();
    }
}
