using Skipper.Services.Data.Tables;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Tables;

/// <summary>Rows that are merged by their key.</summary>
public abstract class TypedTableMergeContract : TypedTableTests
{
    [Fact]
    public async Task A_merge_adds_what_is_new_and_replaces_what_is_newer_and_differs()
    {
        var table = Keyed("merged");
        await LoadAsync(table, [new("a", 10, 5, 1, 1), new("b", 10, 5, 2, 1), new("c", 10, 5, 3, 1)]);

        var result = await LoadAsync(
            table,
            [
                new("a", 10, 5, 1, 2), // The same but for a column that is not tracked.
                new("b", 10, 5, 20, 2), // Another value, as new as what is there.
                new("c", 10, 4, 30, 2), // Older.
                new("d", 10, 1, 4, 2), // A new key.
            ]);

        Assert.Equal(new LoadResult(1, 1, 2), result);
        Assert.Equal(
            [new("a", 10, 5, 1, 1), new("b", 10, 5, 20, 2), new("c", 10, 5, 3, 1), new("d", 10, 1, 4, 2)],
            await ReadAsync(table));
    }

    [Fact]
    public async Task Of_rows_with_one_key_in_one_load_the_newest_counts_and_the_last_of_those()
    {
        var table = Keyed("doubles");

        var result = await LoadAsync(
            table, [new("a", 1, 3, 1, 0), new("a", 1, 7, 2, 0), new("a", 1, 7, 3, 0), new("a", 1, null, 4, 0), new("b", 1, 1, 5, 0)]);

        Assert.Equal(new LoadResult(2, 0, 3), result);
        Assert.Equal([new("a", 1, 7, 3, 0), new("b", 1, 1, 5, 0)], await ReadAsync(table));
    }

    [Fact]
    public async Task A_merge_without_a_cursor_takes_what_was_written_last()
    {
        var table = new TypedTable("last", Readings, "station", "time");
        await LoadAsync(table, [new("a", 1, 9, 1, 1)]);

        var result = await LoadAsync(table, [new("a", 1, 2, null, 1), new("a", 1, 1, 7, 1)]);

        Assert.Equal(new LoadResult(0, 1, 1), result);
        Assert.Equal([new("a", 1, 1, 7, 1)], await ReadAsync(table));
    }

    [Fact]
    public async Task The_same_merge_twice_changes_nothing_the_second_time()
    {
        var table = Keyed("twice");
        List<Row> rows = [.. Enumerable.Range(0, 500).Select(i => new Row($"s{i % 50}", i / 50, i, i % 7 == 0 ? null : i, 1))];

        Assert.Equal(new LoadResult(500, 0, 0), await LoadAsync(table, rows));
        Assert.Equal(new LoadResult(0, 0, 500), await LoadAsync(table, rows));
    }

    [Fact]
    public async Task What_is_rolled_back_was_never_there()
    {
        var table = Keyed("rolled");
        await LoadAsync(table, [new("a", 1, 1, 1, 1)]);

        await Assert.ThrowsAsync<TimeoutException>(() => WriteAsync(
            table, [new("a", 1, 2, 2, 2), new("b", 1, 1, 1, 1)], failure: new TimeoutException()));

        Assert.Equal([new("a", 1, 1, 1, 1)], await ReadAsync(table));
        Assert.Equal(new LoadResult(1, 0, 0), await LoadAsync(table, [new("b", 1, 1, 1, 1)]));
    }

    [Fact]
    public async Task Several_tables_are_merged_in_one_transaction()
    {
        var (first, second) = (Keyed("first"), Keyed("second"));

        await Database.WriteAsync(
            async transaction =>
            {
                foreach (var table in (TypedTable[])[first, second, first])
                {
                    await Tables.CreateAsync(transaction, table, Token);
                    await using var load = await Tables.LoadAsync(transaction, table, 0, Token);
                    await load.WriteAsync(Batch([new("a", 1, 1, 1, 1)]), Token);
                    await load.CompleteAsync(Token);
                }

                return true;
            },
            Token);

        Assert.Single(await ReadAsync(first));
        Assert.Single(await ReadAsync(second));
    }

    [Fact]
    public async Task Merges_into_one_table_at_once_lose_nothing()
    {
        var table = Keyed("shared");
        var rows = Enumerable.Range(0, 300).Select(i => new Row($"s{i}", 1, i, i, 1)).ToList();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(
            () => LoadAsync(table, [.. (i % 2 == 0 ? rows : Enumerable.Reverse(rows))]), Token)));

        Assert.Equal(300, (await ReadAsync(table)).Count);
    }
}

public sealed class SqliteTypedTableMergeTests : TypedTableMergeContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}

public sealed class PostgreSqlTypedTableMergeTests : TypedTableMergeContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
