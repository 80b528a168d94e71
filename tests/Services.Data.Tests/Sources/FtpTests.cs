using System.Text;
using Skipper.Services.Data.Sources.Ftp;
using Skipper.Services.Data.Tests.Sources.Doubles;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Sources;

public sealed class FtpTests : IAsyncLifetime
{
    private readonly FtpDouble _server = new();
    private SourceBench _bench = null!;

    public async ValueTask InitializeAsync()
    {
        _bench = await SourceBench.StartAsync(TestStorage.Sqlite());
        _server.Files["a.csv"] = (Csv(0, 3000), "20240101000000");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _bench.DisposeAsync();
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public async Task Files_are_fetched_once_whatever_the_server_knows(bool knowsMlsd, bool knowsEpsv)
    {
        (_server.KnowsMlsd, _server.KnowsEpsv) = (knowsMlsd, knowsEpsv);
        _server.Files["a.csv"] = (Csv(0, 3000), knowsMlsd ? "20240101000000" : "Jan 01 00:00");
        _server.Files["b.txt"] = (Csv(3000, 10), knowsMlsd ? "20240101000000" : "Jan 01  2023");
        await DeclareAsync();

        var first = await _bench.IngestAsync("deliveries");
        var second = await _bench.IngestAsync("deliveries");

        Assert.Equal((3L, 3000L), (first.Pages, first.Inserted));
        Assert.Equal((0, 1), (second.Pages, second.UnchangedItems));
        Assert.Equal(3000, await _bench.CountAsync("rows_deliveries"));
        Assert.Single(_server.Commands, command => command.StartsWith("RETR", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_transfer_that_is_cut_goes_on_where_it_ended(bool knowsRest)
    {
        _server.KnowsRest = knowsRest;
        _server.Cuts.Enqueue(20_000);
        _server.Cuts.Enqueue(5_000);
        await DeclareAsync();

        var run = await _bench.IngestAsync("deliveries");

        Assert.Equal(3000, run.Inserted);
        var length = _server.Files["a.csv"].Content.Length;
        Assert.Equal(knowsRest ? length : length + 25_000, _server.Sent);
        Assert.Equal(
            knowsRest ? ["REST 20000", "REST 25000"] : ["REST 20000", "REST 5000"],
            _server.Commands.Where(command => command.StartsWith("REST", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_file_is_taken_when_it_has_stopped_to_change_or_is_marked_and_again_when_it_changed()
    {
        await DeclareAsync(stableFor: "1h");
        Assert.Equal(0, (await _bench.IngestAsync("deliveries")).Pages);

        _server.Files["a.csv.done"] = ([], "20240101000000");
        Assert.Equal(3000, (await _bench.IngestAsync("deliveries")).Inserted);

        _server.Files["a.csv"] = (Csv(0, 3001), "20240102000000");
        var changed = await _bench.IngestAsync("deliveries");
        Assert.Equal((1L, 3000L), (changed.Inserted, changed.Unchanged));
    }

    [Fact]
    public async Task A_server_that_is_not_allowed_or_lacks_the_folder_is_said_so()
    {
        await DeclareAsync(folder: "nowhere");
        var missing = await Assert.ThrowsAsync<MeshException>(() => _bench.IngestAsync("deliveries"));
        Assert.Contains("answered 550 to CWD: No such folder", missing.Message, StringComparison.Ordinal);

        await DeclareAsync(host: "localhost");
        var refused = await Assert.ThrowsAsync<MeshException>(() => _bench.IngestAsync("deliveries"));
        Assert.Equal(ErrorCode.PermissionDenied, refused.Code);
    }

    [Theory]
    [InlineData("type=file;size=5;modify=20240101000000; ../../etc/passwd")]
    [InlineData("type=file;size=5;modify=20240101000000; a\rDELE b")]
    [InlineData("type=file;size=-5;modify=20240101000000; a")]
    [InlineData("type=file;size=99999999999999999999;modify=20240101000000; a")]
    [InlineData("type=dir;size=5; a")]
    [InlineData("nonsense")]
    [InlineData("")]
    public void A_line_that_is_no_file_of_the_folder_is_left_out(string line)
    {
        Assert.Null(FtpListing.ParseMachine(line));
        Assert.Null(FtpListing.ParseUnix(line));
    }

    private static byte[] Csv(int from, int count) =>
        Encoding.UTF8.GetBytes("id;text\r\n" + string.Concat(Enumerable.Range(from, count).Select(id => $"{id};row number {id}\r\n")));

    private Task<SourceDescription> DeclareAsync(string stableFor = "0s", string folder = "out", string host = "127.0.0.1") =>
        _bench.DeclareAsync($$"""
        name: deliveries
        kind: ftp
        table: deliveries
        request: { url: "ftp://{{host}}:{{_server.Port}}/{{folder}}", files: "*.csv", stable_for: {{stableFor}} }
        limits: { attempts: 3, timeout: 10s }
        columns:
          id: { type: integer, from: id, required: true }
          text: { from: text }
        key: [id]
        """);
}
