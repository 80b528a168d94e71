using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using Skipper.Services.Data.Tests.Sources.Doubles;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Sources;

/// <summary>Scraped tables and uploads.</summary>
public sealed class HtmlAndFileTests : IAsyncLifetime
{
    private const string Page = """
        <html><body><nav><table><tr><th>Menu</th></tr></table></nav>
        <table id="stations"><thead><tr><th>Name</th><th>Height&nbsp;(m)</th><th> Since </th></tr></thead>
        <tr><td>Fl&oslash;yen</td><td>320</td><td>2001-05-01</td></tr>
        <tr><td colspan="2">closed</td><td>2002-01-01</td></tr>
        <tr><td><script>alert(1)</script>Ulriken<!-- x --></td><td>n/a</td><td>2003-01-01</td></tr></table></body></html>
        """;

    private SourceBench _bench = null!;
    private ProviderDouble _provider = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _bench = await SourceBench.StartAsync(TestStorage.Sqlite(), ("Skipper:Data:Sources:MaxFileMegabytes", "2"));
        _provider = await ProviderDouble.StartAsync();
        Serve("/stations.html", Page);
    }

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        await _bench.DisposeAsync();
    }

    [Fact]
    public async Task A_table_is_read_by_its_header_and_only_when_it_changed()
    {
        await DeclareAsync();

        var first = await _bench.IngestAsync("stations");
        Serve("/stations.html", Page.Replace("<nav>", "<nav>Visitors today: 7", StringComparison.Ordinal));
        var second = await _bench.IngestAsync("stations");

        Assert.Equal((1, 3L), (first.Pages, first.Inserted));
        Assert.Equal((0, 1), (second.Pages, second.UnchangedItems));
        Assert.Equal(["Fløyen|320", "alert(1)Ulriken|", "closed|"], await _bench.RowsAsync("stations", "name, height"));
    }

    [Fact]
    public async Task What_robots_may_not_read_is_not_asked_for()
    {
        Serve("/robots.txt", "User-agent: *\nDisallow: /stations");
        await DeclareAsync();

        var exception = await Assert.ThrowsAsync<MeshException>(() => _bench.IngestAsync("stations"));

        Assert.Equal(ErrorCode.PermissionDenied, exception.Code);
        Assert.DoesNotContain(_provider.Requests, request => request.Path == "/stations.html");
    }

    [Fact]
    public async Task A_page_without_the_table_says_so()
    {
        Serve("/stations.html", "<html><body><table id='stations'><tr><td>1</td></tr></table></body></html>");
        await DeclareAsync();

        var exception = await Assert.ThrowsAsync<MeshException>(() => _bench.IngestAsync("stations"));

        Assert.Contains("has no row with header cells at '#stations tr'; it has 1 rows there", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("gzip")]
    [InlineData("jsonl")]
    public async Task An_upload_is_read_once_with_sentinels_units_and_rejected_records(string kind)
    {
        await _bench.DeclareAsync("""
            name: history
            kind: file
            table: history
            records: { missing: ["9999.9"] }
            columns:
              station: { from: station, required: true }
              day: { type: timestamp, from: [day, date], required: true }
              temperature: { type: number, from: [temp, measures.temp], unit: Cel, given: "[degF]" }
            key: [station, day]
            """);
        var text = kind == "jsonl"
            ? """
              {"station":"a","date":"2024-01-01","measures":{"temp":50}}
              {"station":"a","date":"2024-01-02","measures":{"temp":9999.9}}
              {"station":"a","date":"someday","measures":{"temp":1}}
              {"station":"a",
              """
            : "\uFEFFStation,Day,Temp\r\na,2024-01-01,50\r\n\"a\",2024-01-02,9999.9\r\na,someday,1\r\na,2024-01-03\r\n";
        var artifact = await UploadAsync(text, packed: kind == "gzip");

        var first = await _bench.IngestAsync("history", artifact: artifact);
        var second = await _bench.IngestAsync("history", artifact: artifact);

        Assert.Equal((2L, 2L), (first.Inserted, first.Rejected));
        Assert.Equal([3L, 4L], first.Rejects.Select(reject => reject.Record));
        Assert.Equal((0, 1), (second.Pages, second.UnchangedItems));
        Assert.Equal(["a|10", "a|"], (await _bench.RowsAsync("history", "station, temperature")).OrderDescending());
    }

    [Fact]
    public async Task A_bomb_is_refused_and_no_artifact_is_said_so()
    {
        await _bench.DeclareAsync("name: history\nkind: file\ntable: history\ncolumns: { a: { from: a, required: true } }\nkey: [a]\n");
        var bomb = await UploadAsync("a\n" + new string('\n', 4 * 1024 * 1024), packed: true);

        var tooLarge = await Assert.ThrowsAsync<MeshException>(() => _bench.IngestAsync("history", artifact: bomb));
        var missing = await Assert.ThrowsAsync<MeshException>(() => _bench.IngestAsync("history"));
        var unknown = await Assert.ThrowsAsync<MeshException>(() => _bench.IngestAsync("history", artifact: new string('0', 64)));

        Assert.Contains("larger than 2 MiB", tooLarge.Message, StringComparison.Ordinal);
        Assert.Equal((ErrorCode.InvalidArgument, ErrorCode.NotFound), (missing.Code, unknown.Code));
    }

    private void Serve(string path, string text) => _provider.Other[path] = async context =>
    {
        context.Response.ContentType = path.EndsWith(".txt", StringComparison.Ordinal) ? "text/plain" : "text/html; charset=utf-8";
        await context.Response.WriteAsync(text);
    };

    private async Task<string> UploadAsync(string text, bool packed)
    {
        using var content = new MemoryStream();
        if (packed)
        {
            await using var gzip = new GZipStream(content, CompressionLevel.Fastest, leaveOpen: true);
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(text), Token);
        }
        else
        {
            await content.WriteAsync(Encoding.UTF8.GetBytes(text), Token);
        }

        content.Position = 0;
        return await _bench.Host.Artifacts.PutAsync(content, Token);
    }

    private Task<SourceDescription> DeclareAsync() => _bench.DeclareAsync($$"""
        name: stations
        kind: html
        table: stations
        request: { url: "{{_provider.Address}}stations.html", rows: "#stations tr" }
        limits: { attempts: 2, per_second: 1000 }
        records: { missing: [n/a] }
        columns:
          name: { from: Name, required: true }
          height: { type: integer, from: "Height (m)", required: false }
          since: { type: timestamp, from: Since }
        key: [name]
        """);
}
