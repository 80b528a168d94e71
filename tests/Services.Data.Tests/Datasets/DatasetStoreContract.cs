using Skipper.Services.Data.Datasets;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Datasets;

/// <summary>What the store of dataset versions promises on either database.</summary>
public abstract class DatasetStoreContract : IAsyncLifetime
{
    private static readonly DatasetOrigin Origin = new() { Transform = "import", Sources = ["a file"] };

    private TestStorage _storage = null!;
    private DataHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private DatasetStore Datasets => _host.Datasets;

    public async ValueTask InitializeAsync()
    {
        _storage = await CreateStorageAsync();
        _host = new DataHost(_storage);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        if (_storage is not null)
        {
            await _storage.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Versions_are_numbered_from_one_per_name()
    {
        Assert.Equal(1, await AddAsync("a", "x"));
        Assert.Equal(2, await AddAsync("a", "y"));
        Assert.Equal(1, await AddAsync("b", "x"));
    }

    [Fact]
    public async Task The_same_content_is_the_same_version()
    {
        await AddAsync("a", "x");
        await AddAsync("a", "y");

        var (version, isNew) = await Datasets.AddAsync(Version("a", "x") with { RowCount = 99 }, null, null, Origin, Token);

        Assert.False(isNew);
        Assert.Equal((1, 10), (version.Version, version.RowCount));
        Assert.Equal(2, (await Datasets.FindAsync("a", null, Token))!.Version);
    }

    [Fact]
    public async Task A_version_comes_back_complete()
    {
        var added = Version("a", "x") with
        {
            RejectedCount = 2,
            Rejected = [new RejectedRow(3, "expected 'a', found \"b\"")],
        };
        await Datasets.AddAsync(added, "rejects", null, Origin, Token);

        var found = (await Datasets.FindAsync("a", 1, Token))!;

        Assert.Equivalent(added with { Version = 1 }, found, strict: true);
    }

    [Fact]
    public async Task Processes_that_import_at_once_number_without_gaps()
    {
        await using var second = new DataHost(_storage);
        var contents = Enumerable.Range(0, 20).Select(i => $"content {i / 2}").ToList();

        var versions = await Task.WhenAll(contents.Select((content, i) => Task.Run(
            async () => (await (i % 2 == 0 ? Datasets : second.Datasets).AddAsync(Version("a", content), null, null, Origin, Token)).Version.Version,
            Token)));

        Assert.Equal(Enumerable.Range(1, 10), versions.Distinct().Order());
    }

    [Fact]
    public async Task The_newest_versions_are_listed_by_name()
    {
        Assert.Empty(await Datasets.ListAsync(Token));
        await AddAsync("b", "x");
        await AddAsync("a", "x");
        await AddAsync("b", "y");

        Assert.Equal([("a", 1), ("b", 2)], (await Datasets.ListAsync(Token)).Select(version => (version.Name, version.Version)));
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await AddAsync("a", "x");

        Assert.Null(await Datasets.FindAsync("b", null, Token));
        Assert.Null(await Datasets.FindAsync("a", 2, Token));
    }

    protected abstract Task<TestStorage> CreateStorageAsync();

    private static DatasetVersion Version(string name, string digest) => new()
    {
        Name = name,
        Version = 0,
        Digest = digest,
        RowCount = 10,
        Columns = [new DatasetColumn { Name = "x", Type = "number", MissingCount = 1 }],
        CreatedAt = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero).AddMicroseconds(7),
    };

    private async Task<int> AddAsync(string name, string digest) =>
        (await Datasets.AddAsync(Version(name, digest), null, null, Origin, Token)).Version.Version;
}

public sealed class SqliteDatasetStoreTests : DatasetStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}

public sealed class PostgreSqlDatasetStoreTests : DatasetStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
