using Dapper;
using Skipper.Testing;

namespace Skipper.Shared.Storage.Tests.Databases;

public sealed class SqliteDatabaseTests : DatabaseContract
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_connection_flushes_its_commits_and_waits_for_a_busy_file()
    {
        await using var storage = TestStorage.Sqlite();
        using var host = new StorageHost(storage);

        var settings = await host.Pad.ReadAsync(
            async connection => (
                await connection.ExecuteScalarAsync<string>("PRAGMA journal_mode"),
                await connection.ExecuteScalarAsync<int>("PRAGMA synchronous"),
                await connection.ExecuteScalarAsync<int>("PRAGMA foreign_keys"),
                await connection.ExecuteScalarAsync<int>("PRAGMA busy_timeout")),
            Token);

        Assert.Equal(("wal", 2, 1, 5000), settings);
    }

    [Fact]
    public async Task A_first_use_that_failed_is_tried_again_by_the_next()
    {
        await using var storage = TestStorage.Sqlite();
        using var host = new StorageHost(storage);
        await File.WriteAllTextAsync(storage.Folder, "a file where the folder should be", Token);

        await Assert.ThrowsAnyAsync<IOException>(() => CountAsync(host));

        File.Delete(storage.Folder);
        Assert.Equal(0, await CountAsync(host));
    }

    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());

    private static Task<long> CountAsync(StorageHost host) => host.Pad.ReadAsync(
        connection => connection.ExecuteScalarAsync<long>("SELECT count(*) FROM pad_notes"), Token);
}
