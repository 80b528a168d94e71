using Dapper;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Tables;

/// <summary>What is written into typed tables, and read from them.</summary>
public abstract class TypedTableStoreContract : TypedTableTests
{
    [Fact]
    public async Task Rows_come_back_as_they_were_written_and_in_their_order()
    {
        var table = new TypedTable("plain", Readings);
        List<Row> rows =
        [
            new("Zürich, \"北\"\r\n\t😀\\N", 1_700_000_000_123_456, 9007199254740992, 0.1, -0.0),
            new("", -1, -9007199254740992, double.Epsilon, double.MaxValue),
            new(null, null, null, null, null),
            new("a", Microseconds(1, 1, 2), 0, 1, -1.5),
            new("a", Microseconds(9999, 12, 31), 0, 1e22, 3),
        ];

        var result = await LoadAsync(table, rows);

        Assert.Equal(new LoadResult(5, 0, 0), result);
        Assert.Equal(rows, await ReadAsync(table));
    }

    [Fact]
    public async Task A_load_goes_on_behind_the_rows_that_are_there()
    {
        var table = new TypedTable("continued", Readings);
        await LoadAsync(table, [new("c", 1, 1, 1, 1), new("b", 2, 2, 2, 2)]);

        await LoadAsync(table, [new("a", 3, 3, 3, 3)], firstRow: 2);

        Assert.Equal(["c", "b", "a"], (await ReadAsync(table)).Select(row => row.Station));
        Assert.Equal(["a", "b", "c"], (await ReadAsync(table, "station")).Select(row => row.Station));
    }

    [Fact]
    public async Task Many_rows_come_back_in_batches()
    {
        var table = new TypedTable("many", Readings);
        var rows = Enumerable.Range(0, 20_000).Select(i => new Row($"s{i}", i, i, i / 8.0, null)).ToList();
        await LoadAsync(table, rows);
        List<int> sizes = [];

        var count = await Tables.ReadAsync(
            table,
            batch =>
            {
                sizes.Add(batch.Count);
                Assert.Equal(((sizes.Count - 1) * 8192) + 1, batch.Lines[0]);
                return Task.CompletedTask;
            },
            order: null,
            Token);

        Assert.Equal(20_000, count);
        Assert.Equal([8192, 8192, 3616], sizes);
        Assert.Equal(rows, await ReadAsync(table));
    }

    [Fact]
    public async Task A_column_is_added_but_never_changes_its_type()
    {
        await LoadAsync(Keyed("grown"), [new("a", 1, 1, 1, 1)]);
        var more = new TableSchema([.. Readings.Columns, new("Note", ColumnKind.Text)]);
        var other = new TableSchema([.. Readings.Columns.Select(c => c.Name == "count" ? c with { Kind = ColumnKind.Text } : c)]);

        await Database.WriteAsync(
            async transaction =>
            {
                await Tables.CreateAsync(transaction, new TypedTable("grown", more, "station", "time"), Token);
                return true;
            },
            Token);
        var refused = await Assert.ThrowsAsync<MeshException>(() => Database.WriteAsync(
            async transaction =>
            {
                await Tables.CreateAsync(transaction, new TypedTable("grown", other, "station", "time"), Token);
                return true;
            },
            Token));

        List<string?> notes = ["not read"];
        await Tables.ReadAsync(
            new TypedTable("grown", more, "station", "time"),
            batch =>
            {
                notes = [.. batch.Texts(5).Take(batch.Count)];
                return Task.CompletedTask;
            },
            order: null,
            Token);
        Assert.Equal([null], notes);
        Assert.Equal(ErrorCode.FailedPrecondition, refused.Code);
        Assert.Contains("\"count\"", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_that_no_database_keeps_is_refused_with_its_line()
    {
        var missing = await RefusedAsync(new("a", null, 1, 1, 1));
        var fraction = await RefusedAsync(new("a", 1, 1.5, 1, 1));
        var zero = await RefusedAsync(new("a\0b", 1, 1, 1, 1));

        Assert.StartsWith("Line 1, column time: expected a value", missing, StringComparison.Ordinal);
        Assert.StartsWith("Line 1, column count: expected a whole number", fraction, StringComparison.Ordinal);
        Assert.StartsWith("Line 1, column station: expected text without", zero, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dropped_table_can_be_made_again()
    {
        var table = new TypedTable("dropped", Readings);
        await LoadAsync(table, [new("a", 1, 1, 1, 1)]);

        await Database.WriteAsync(
            async transaction =>
            {
                await Tables.DropAsync(transaction, table, Token);
                await Tables.DropAsync(transaction, table, Token);
                return true;
            },
            Token);
        await LoadAsync(table, [new("b", 1, 1, 1, 1)]);

        Assert.Equal(["b"], (await ReadAsync(table)).Select(row => row.Station));
    }

    [Fact]
    public async Task Columns_can_be_asked_for_in_sql()
    {
        var table = new TypedTable("asked", Readings);
        await LoadAsync(table, [new("a", 1, 2, 1, 1), new("b", 1, 3, 1, 1)]);

        var sum = await Database.ReadAsync(
            connection => connection.ExecuteScalarAsync<long>($"SELECT SUM(\"count\") FROM {Tables.NameOf(table)}"), Token);

        Assert.Equal(5, sum);
    }
}

public sealed class SqliteTypedTableStoreTests : TypedTableStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}

public sealed class PostgreSqlTypedTableStoreTests : TypedTableStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
