using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Tables;
using Skipper.Services.Data.Tests.Sources;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Quality;

/// <summary>A process is killed again and again in the middle of a checked import; the next one makes the version, once.</summary>
public abstract class ImportKillContract : IAsyncLifetime
{
    private const int Rows = 120_000;
    private const int BadEvery = 100;
    private const int Kills = 3;

    private TestStorage _storage = null!;
    private SourceBench _bench = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _storage = await CreateStorageAsync();
        _bench = await SourceBench.StartAsync(_storage);
    }

    public async ValueTask DisposeAsync()
    {
        if (_bench is not null)
        {
            await _bench.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Killed_anywhere_it_leaves_one_version_each_bad_row_once_and_no_table_in_the_end()
    {
        const string Suite = """
            name: rooms
            checks:
              - { name: positive, type: range, column: area, above: 0 }
              - { name: once, type: unique, columns: [room] }
            """;
        await _bench.Host.Rpc.CallAsync(
            new PutDeclaration { Data = new() { Kind = "suite", Name = "rooms", Source = Suite } }, cancellationToken: Token);
        var csv = "room,area,text\n" + string.Concat(Enumerable.Range(0, Rows).Select(
            room => $"{room},{(room % BadEvery == 0 ? -1 : room + 1)},\"room {room}\nof many\"\n"));
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(csv));
        var artifact = await _bench.Host.Artifacts.PutAsync(content, Token);
        await KillHalfWayAsync(artifact, content.ToArray());
        var random = new Random(3);
        for (var kill = 0; kill < Kills; kill++)
        {
            // From when its table is there, it reads, checks, writes or commits; a moment decides which.
            var before = await _bench.CountAsync("dataset_drafts");
            await using var worker = Start("import", "rooms", artifact);
            await worker.Process.WaitUntilAsync(
                async () => await _bench.CountAsync("dataset_drafts") > before || await VersionsAsync() > 0, "a table is begun", Token);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, (150 * kill) + 1)), TimeProvider.System, Token);
            await worker.Process.KillAsync();
        }

        await using (var worker = Start("import", "rooms", artifact))
        {
            await worker.Process.WaitForLineAsync("ingested", Token);
            Assert.Equal(0, await worker.Process.WaitForExitAsync(Token));
        }

        Assert.Equal(1, await VersionsAsync());
        var version = await _bench.Host.Datasets.FindAsync("rooms", null, Token);
        Assert.Equal((1, Rows - (Rows / BadEvery), Rows / BadEvery), (version!.Version, version.RowCount, version.RejectedCount));
        var lines = await _bench.QueryAsync("SELECT line, COUNT(*) AS n FROM data.quarantine WHERE dataset = 'rooms' GROUP BY line");
        Assert.Equal(Rows / BadEvery, lines.Count);
        Assert.All(lines, line => Assert.Equal(1L, Convert.ToInt64(line["n"], CultureInfo.InvariantCulture)));
        await NothingIsLeftAsync();
    }

    protected abstract Task<TestStorage> CreateStorageAsync();

    /// <summary>
    /// An import reads its file twice. Here that is a pipe, out of which the second time only half of the file comes: however fast the
    /// machine, something is left half done.
    /// </summary>
    private async Task KillHalfWayAsync(string artifact, byte[] content)
    {
        var path = Assert.Single(Directory.GetFiles(_storage.Folder, artifact, SearchOption.AllDirectories));
        File.Move(path, $"{path}.whole");
        await MakePipeAsync(path);
        await using (var worker = Start("import", "rooms", artifact))
        {
            await using (var whole = await OpenPipeAsync(path))
            {
                await whole.WriteAsync(content, Token);
                File.Delete(path);
                await MakePipeAsync(path);
            }

            await using var half = await OpenPipeAsync(path);
            await half.WriteAsync(content.AsMemory(0, content.Length / 2), Token);
            await worker.Process.WaitUntilAsync(async () => await _bench.CountAsync("dataset_drafts") > 0, "a table is begun", Token);
            await worker.Process.KillAsync();
        }

        File.Move($"{path}.whole", path, overwrite: true);
        Assert.Equal((1, 0), (await _bench.CountAsync("dataset_drafts"), await VersionsAsync()));
    }

    private static async Task MakePipeAsync(string path)
    {
        using var maker = System.Diagnostics.Process.Start("mkfifo", path);
        await maker.WaitForExitAsync(Token);
    }

    // Opening waits for the reader.
    private static Task<FileStream> OpenPipeAsync(string path) => Task
        .Run(() => new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.Read, 0), Token)
        .WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System, Token);

    /// <summary>A day later, the next import drops what the killed ones began.</summary>
    private async Task NothingIsLeftAsync()
    {
        var left = (await _bench.QueryAsync("SELECT rows_table FROM data.dataset_drafts")).Select(row => (string)row["rows_table"]!).ToList();
        Assert.NotEmpty(left);
        var later = new ManualTime();
        later.Advance(TimeProvider.System.GetUtcNow().AddHours(25) - later.GetUtcNow());
        var tables = ActivatorUtilities.CreateInstance<VersionTables>(_bench.Host.Services, later);

        var table = await tables.StartAsync(new TableSchema([new ColumnSchema("a", ColumnKind.Number)]), Token);
        await table.DropAsync();

        Assert.Equal(0, await _bench.CountAsync("dataset_drafts"));
        foreach (var name in left)
        {
            await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => _bench.CountAsync($"rows_{name}"));
        }
    }

    private Task<long> VersionsAsync() => _bench.CountAsync("dataset_versions WHERE name = 'rooms'");

    private ServiceProcess Start(params string[] arguments) => ServiceProcess.Start(
        "tests/IngestWorker",
        new Dictionary<string, string?>
        {
            ["Skipper__DataDirectory"] = _storage.Folder,
            ["ConnectionStrings__Skipper"] = _storage.ConnectionString,
        },
        arguments);
}

public sealed class SqliteImportKillTests : ImportKillContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}

public sealed class PostgreSqlImportKillTests : ImportKillContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
