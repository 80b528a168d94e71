using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Artifacts;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Datasets;

/// <summary>Imports as a whole, with checks between reader and version.</summary>
public sealed class DatasetImporterTests : IAsyncLifetime
{
    private readonly TestStorage _storage = TestStorage.Sqlite();
    private DataHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _host = new DataHost(_storage);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _storage.DisposeAsync();
    }

    [Fact]
    public async Task A_row_with_findings_is_rejected_with_all_of_them()
    {
        var rows = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i},{i % 10_000}\n"));

        var version = await ImportAsync("n,m\n" + rows, new NotOne("n"), new NotOne("m"), new Below("n", 19_996));

        Assert.Equal((14_997, 5_003), (version.RowCount, version.RejectedCount));
        Assert.Equal(new RejectedRow(3, "n: one of four, found 1; m: one of four, found 1"), version.Rejected[0]);
        var manifest = await _host.Service<DatasetRegistry>().ReadAsync("checked", 1, Token);
        using var rejects = new StreamReader(await _host.Artifacts.OpenAsync(manifest.Rejects!, Token));
        var lines = (await rejects.ReadToEndAsync(Token)).TrimEnd('\n').Split('\n');
        Assert.Equal(5_003, lines.Length);
        Assert.Equal("""{"line":19998,"reason":"n: expected less than 19996, found 19996","cells":["19996","9996"]}""", lines[^4]);
        Assert.Equal(
            Enumerable.Range(0, 19_996).Where(i => i % 4 != 1).Select(i => (double)i),
            (await _host.Service<DatasetCatalog>().ReadAsync(version, Token)).Columns[0].Numbers!);
    }

    [Fact]
    public async Task An_import_of_which_checks_reject_too_much_makes_no_version()
    {
        var exception = await Assert.ThrowsAsync<MeshException>(() => ImportAsync("n\n1\n5\n9\n2\n", new NotOne("n")));

        Assert.Equal(ErrorCode.FailedPrecondition, exception.Code);
        Assert.Contains("3 of 4 rows were rejected", exception.Message, StringComparison.Ordinal);
        Assert.Null(await _host.Datasets.FindAsync("checked", null, Token));
    }

    [Fact]
    public async Task A_store_that_fails_fails_the_import_with_its_reason()
    {
        var publisher = new DatasetPublisher(
            new FullStore(), _host.Datasets, _host.Service<VersionTables>(), _host.Events, TimeProvider.System, NullLogger<DatasetPublisher>.Instance);
        var importer = new DatasetImporter(publisher, new FullStore(), Options.Create(new DatasetOptions()));
        var rows = string.Concat(Enumerable.Range(0, 300_000).Select(i => $"{i},some text that fills the pipe\n"));

        var exception = await Assert.ThrowsAsync<IOException>(() => ImportAsync(importer, "n,t\n" + rows));

        Assert.Equal("No space left on device", exception.Message);
        Assert.Null(await _host.Datasets.FindAsync("checked", null, Token));
    }

    [Fact]
    public async Task An_import_that_is_stopped_leaves_nothing()
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var rows = string.Concat(Enumerable.Range(0, 60_000).Select(i => $"{i}\n"));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ImportAsync(
            _host.Service<DatasetImporter>(), "n\n" + rows, stopping.Token, new Stopping(stopping, batches: 3)));

        Assert.Null(await _host.Datasets.FindAsync("checked", null, Token));
        Assert.DoesNotContain(
            Directory.EnumerateFiles(_storage.Folder, "*", SearchOption.AllDirectories),
            path => path.Contains("artifacts", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("weather/seattle-weather.csv", 1461, "timestamp,number,number,number,number,text")]
    [InlineData("housing/boston_housing.csv", 506, null)]
    public async Task Real_files_are_imported_whole(string file, int rows, string? types)
    {
        var path = FindShared(file);
        Assert.SkipWhen(path is null, $"{file} is not here");

        var version = await _host.Service<DatasetImporter>().ImportAsync(
            "checked", _ => Task.FromResult<Stream>(File.OpenRead(path)), new ImportOrigin(file), [], Token);

        Assert.Equal((rows, 0), (version.RowCount, version.RejectedCount));
        Assert.All(version.Columns, column => Assert.Equal(0, column.MissingCount));
        Assert.Equal(types ?? string.Join(',', version.Columns.Select(_ => "number")), string.Join(',', version.Columns.Select(column =>
            types is null && column.Type == "integer" ? "number" : column.Type)));
    }

    private static string? FindShared(string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "shared", "data", file);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    private static Task<DatasetVersion> ImportAsync(DatasetImporter importer, string csv, params IReadOnlyList<IRowCheck> checks) =>
        ImportAsync(importer, csv, Token, checks);

    private static Task<DatasetVersion> ImportAsync(
        DatasetImporter importer, string csv, CancellationToken token, params IReadOnlyList<IRowCheck> checks)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(csv);
        return importer.ImportAsync(
            "checked", _ => Task.FromResult<Stream>(new MemoryStream(bytes)), new ImportOrigin("a file"), checks, token);
    }

    private Task<DatasetVersion> ImportAsync(string csv, params IReadOnlyList<IRowCheck> checks) =>
        ImportAsync(_host.Service<DatasetImporter>(), csv, checks);

    private sealed class NotOne(string column) : IRowCheck
    {
        public void Check(RowBatch batch, Findings findings)
        {
            var numbers = batch.Numbers(batch.Schema.IndexOf(column));
            for (var row = 0; row < batch.Count; row++)
            {
                if (numbers[row] % 4 == 1)
                {
                    findings.Add(row, "not one", [column], $"{column}: one of four, found {numbers[row]}");
                }
            }
        }
    }

    private sealed class Below(string column, double limit) : IRowCheck
    {
        public void Check(RowBatch batch, Findings findings)
        {
            var numbers = batch.Numbers(batch.Schema.IndexOf(column));
            for (var row = 0; row < batch.Count; row++)
            {
                if (numbers[row] >= limit)
                {
                    findings.Add(row, "below", [column], $"{column}: expected less than {limit}, found {numbers[row]}");
                }
            }
        }
    }

    private sealed class Stopping(CancellationTokenSource source, int batches) : IRowCheck
    {
        private int _seen;

        public void Check(RowBatch batch, Findings findings)
        {
            if (++_seen == batches)
            {
                source.Cancel();
            }
        }
    }

    private sealed class FullStore : IArtifactStore
    {
        public async Task<string> PutAsync(Stream content, CancellationToken cancellationToken)
        {
            _ = await content.ReadAsync(new byte[16], cancellationToken);
            throw new IOException("No space left on device");
        }

        public Task<Stream> OpenAsync(string digest, CancellationToken cancellationToken) => throw new FileNotFoundException();
    }
}
