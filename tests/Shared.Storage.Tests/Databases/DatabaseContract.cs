using System.Data.Common;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Skipper.Shared.Storage.Databases;
using Skipper.Testing;

namespace Skipper.Shared.Storage.Tests.Databases;

/// <summary>What a service may rely on, whichever database it runs on.</summary>
public abstract class DatabaseContract : IAsyncLifetime
{
    private const string Columns = "id, text, parent, written_at AS WrittenAt, read_at AS ReadAt, state, stars";
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private TestStorage _storage = null!;
    private StorageHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Database Pad => _host.Pad;

    public async ValueTask InitializeAsync()
    {
        _storage = await CreateStorageAsync();
        _host = new StorageHost(_storage);
    }

    public async ValueTask DisposeAsync()
    {
        _host?.Dispose();
        if (_storage is not null)
        {
            await _storage.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_write_is_there_for_readers_when_it_returned()
    {
        var id = await AddAsync(Pad, "hello");

        Assert.Equal("hello", (await FindAsync(Pad, id))!.Text);
    }

    [Fact]
    public async Task A_write_that_throws_leaves_nothing()
    {
        var id = Guid.CreateVersion7();

        await Assert.ThrowsAsync<TimeoutException>(() => Pad.WriteAsync<int>(
            async transaction =>
            {
                await InsertAsync(Pad, transaction, id, "never", Noon);
                throw new TimeoutException();
            },
            Token));

        Assert.Null(await FindAsync(Pad, id));
        await AddAsync(Pad, "the next write works");
    }

    [Fact]
    public async Task Ids_and_times_come_back_as_they_were_written()
    {
        var parent = await AddAsync(Pad, "parent");
        var id = Guid.CreateVersion7();
        var time = new DateTimeOffset(2026, 3, 1, 1, 2, 3, TimeSpan.FromHours(2)).AddTicks(1_234_567);
        await Pad.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync(
                Pad.Sql("INSERT INTO pad.notes (id, text, parent, written_at, read_at) VALUES (@id, 'x', @parent, @time, @none)"),
                new { id, parent = (Guid?)parent, time, none = (DateTimeOffset?)null },
                transaction),
            Token);

        var note = (await FindAsync(Pad, id))!;
        var expected = new DateTimeOffset(2026, 2, 28, 23, 2, 3, TimeSpan.Zero).AddMicroseconds(123_456);
        Assert.Equal(id, note.Id);
        Assert.Equal(parent, note.Parent);
        Assert.Equal(expected, note.WrittenAt);
        Assert.Equal(TimeSpan.Zero, note.WrittenAt.Offset);
        Assert.Null(note.ReadAt);
        Assert.Equal(id, await ScalarAsync<Guid>("SELECT id FROM pad.notes WHERE id = @id", new { id }));
        Assert.Equal(expected, await ScalarAsync<DateTimeOffset>("SELECT written_at FROM pad.notes WHERE id = @id", new { id }));
    }

    [Fact]
    public async Task Times_are_compared_as_times()
    {
        await AddAsync(Pad, "early", Noon.AddMilliseconds(-1));
        await AddAsync(Pad, "late", Noon.AddMilliseconds(1));
        var sameInstantElsewhere = Noon.ToOffset(TimeSpan.FromHours(-7));

        Assert.Equal(
            "early",
            await ScalarAsync<string>("SELECT text FROM pad.notes WHERE written_at < @time", new { time = sameInstantElsewhere }));
    }

    [Fact]
    public async Task References_are_enforced()
    {
        var exception = await Assert.ThrowsAnyAsync<DbException>(() => Pad.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync(
                Pad.Sql("INSERT INTO pad.notes (id, text, parent, written_at) VALUES (@id, 'x', @parent, @time)"),
                new { id = Guid.CreateVersion7(), parent = Guid.CreateVersion7(), time = Noon },
                transaction),
            Token));

        Assert.False(exception.IsTransient);
    }

    [Fact]
    public async Task Concurrent_read_and_write_transactions_lose_no_update()
    {
        var id = await AddAsync(Pad, "counted");
        using var second = new StorageHost(_storage);
        var lockRow = Pad.Dialect is Dialect.PostgreSql ? " FOR UPDATE" : "";

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(
            () => (i % 2 == 0 ? Pad : second.Pad).WriteAsync(
                async transaction =>
                {
                    var connection = transaction.Connection!;
                    var stars = await connection.ExecuteScalarAsync<int>(
                        Pad.Sql($"SELECT stars FROM pad.notes WHERE id = @id{lockRow}"), new { id }, transaction);
                    return await connection.ExecuteAsync(
                        Pad.Sql("UPDATE pad.notes SET stars = @stars WHERE id = @id"), new { id, stars = stars + 1 }, transaction);
                },
                Token),
            Token)));

        Assert.Equal(40, (await FindAsync(Pad, id))!.Stars);
    }

    [Fact]
    public async Task Concurrent_claims_get_different_rows_and_all_of_them()
    {
        for (var i = 0; i < 12; i++)
        {
            await AddAsync(Pad, $"work {i}", Noon.AddSeconds(i));
        }

        var claims = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(ClaimAsync, Token)));

        var claimed = claims.OfType<Guid>().ToList();
        Assert.Equal(12, claimed.Count);
        Assert.Equal(12, claimed.Distinct().Count());
    }

    [Fact]
    public async Task Processes_that_start_at_once_migrate_once()
    {
        var hosts = Enumerable.Range(0, 4).Select(_ => new StorageHost(_storage)).ToList();
        try
        {
            await Task.WhenAll(hosts.SelectMany(host => Enumerable.Range(0, 3).Select(_ => Task.Run(
                () => host.Pad.ReadAsync(connection => connection.ExecuteScalarAsync<long>("SELECT 1"), Token), Token))));

            var versions = await Pad.ReadAsync(
                connection => connection.QueryAsync<string>(
                    Pad.Sql("SELECT name FROM pad.schema_versions ORDER BY version")),
                Token);
            Assert.Equal(["0001_notes", "0002_authors"], versions);
            Assert.Single(hosts.SelectMany(host => host.Log.Lines), line => line.Contains("was migrated", StringComparison.Ordinal));
        }
        finally
        {
            hosts.ForEach(host => host.Dispose());
        }
    }

    [Fact]
    public async Task Migrations_are_applied_together_or_not_at_all()
    {
        var server = _host.Services.GetRequiredService<DatabaseServer>();
        var table = server.Dialect is Dialect.PostgreSql ? "shop.items" : "shop_items";
        var good = new Migration(1, "0001_items", $"CREATE TABLE {table} (name TEXT)");
        var bad = new Migration(2, "0002_typo", $"ALTER TABLE {table}s ADD COLUMN price INTEGER");
        var mended = bad with { Text = $"ALTER TABLE {table} ADD COLUMN price INTEGER" };

        await Assert.ThrowsAnyAsync<DbException>(() => server.MigrateAsync("shop", [good, bad], Noon, Token));

        Assert.Equal([good, mended], await server.MigrateAsync("shop", [good, mended], Noon, Token));
        Assert.Empty(await server.MigrateAsync("shop", [good, mended], Noon, Token));
        Assert.Empty(await server.MigrateAsync("shop", [good], Noon, Token));
    }

    [Fact]
    public async Task Services_share_a_database_without_seeing_each_other()
    {
        await AddAsync(Pad, "mine");
        var other = _host.Other;

        await other.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync(
                other.Sql("CREATE TABLE other.notes (text TEXT)"), transaction: transaction),
            Token);

        Assert.Equal(0, await other.ReadAsync(
            connection => connection.ExecuteScalarAsync<long>(other.Sql("SELECT count(*) FROM other.notes")), Token));
        Assert.Equal(1, await ScalarAsync<long>("SELECT count(*) FROM pad.notes", null));
    }

    [Fact]
    public async Task A_database_that_is_there_is_ready_without_a_word_about_waiting()
    {
        await Pad.WaitUntilReadyAsync(Token);

        Assert.DoesNotContain(_host.Log.Lines, line => line.Contains("waited", StringComparison.Ordinal));
        var report = await _host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Token);
        Assert.Equal(HealthStatus.Healthy, report.Entries["database"].Status);
    }

    protected abstract Task<TestStorage> CreateStorageAsync();

    private static Task<int> InsertAsync(Database pad, DbTransaction transaction, Guid id, string text, DateTimeOffset time) =>
        transaction.Connection!.ExecuteAsync(
            pad.Sql("INSERT INTO pad.notes (id, text, written_at) VALUES (@id, @text, @time)"), new { id, text, time }, transaction);

    private static async Task<Guid> AddAsync(Database pad, string text, DateTimeOffset? time = null)
    {
        var id = Guid.CreateVersion7();
        await pad.WriteAsync(transaction => InsertAsync(pad, transaction, id, text, time ?? Noon), Token);
        return id;
    }

    private static Task<Note?> FindAsync(Database pad, Guid id) => pad.ReadAsync(
        connection => connection.QuerySingleOrDefaultAsync<Note>(
            pad.Sql($"SELECT {Columns} FROM pad.notes WHERE id = @id"), new { id }),
        Token);

    private Task<T?> ScalarAsync<T>(string text, object? parameters) => Pad.ReadAsync(
        connection => connection.ExecuteScalarAsync<T>(Pad.Sql(text), parameters), Token);

    private Task<Guid?> ClaimAsync() => Pad.WriteAsync<Guid?>(
        async transaction =>
        {
            var id = await transaction.Connection!.QuerySingleOrDefaultAsync<Guid?>(
                Pad.Sql("SELECT id FROM pad.notes WHERE state = 'new' ORDER BY written_at LIMIT 1") + Pad.SkipLocked,
                transaction: transaction);
            if (id is null)
            {
                return null;
            }

            await transaction.Connection!.ExecuteAsync(
                Pad.Sql("UPDATE pad.notes SET state = 'claimed' WHERE id = @id"), new { id }, transaction);
            return id;
        },
        Token);

    internal sealed class Note
    {
        public Guid Id { get; init; }

        public string Text { get; init; } = "";

        public Guid? Parent { get; init; }

        public DateTimeOffset WrittenAt { get; init; }

        public DateTimeOffset? ReadAt { get; init; }

        public string State { get; init; } = "";

        public int Stars { get; init; }
    }
}
