using Dapper;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Tables;

/// <summary>What the store of typed tables promises on either database.</summary>
public abstract class TypedTableStoreContract : IAsyncLifetime
{
    private static readonly TableSchema Readings = new(
    [
        new("station", ColumnKind.Text),
        new("time", ColumnKind.Timestamp),
        new("count", ColumnKind.Integer),
        new("wind speed (m/s)", ColumnKind.Number),
        new("xmin", ColumnKind.Number),
    ]);

    private TestStorage _storage = null!;
    private DataHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TypedTableStore Tables => _host.Service<TypedTableStore>();

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

        await _host.Database.WriteAsync(
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

    [Fact]
    public async Task A_column_is_added_but_never_changes_its_type()
    {
        await LoadAsync(Keyed("grown"), [new("a", 1, 1, 1, 1)]);
        var more = new TableSchema([.. Readings.Columns, new("Note", ColumnKind.Text)]);
        var other = new TableSchema([.. Readings.Columns.Select(c => c.Name == "count" ? c with { Kind = ColumnKind.Text } : c)]);

        await _host.Database.WriteAsync(
            async transaction =>
            {
                await Tables.CreateAsync(transaction, new TypedTable("grown", more, "station", "time"), Token);
                return true;
            },
            Token);
        var refused = await Assert.ThrowsAsync<MeshException>(() => _host.Database.WriteAsync(
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

        await _host.Database.WriteAsync(
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

        var sum = await _host.Database.ReadAsync(
            connection => connection.ExecuteScalarAsync<long>($"SELECT SUM(\"count\") FROM {Tables.NameOf(table)}"), Token);

        Assert.Equal(5, sum);
    }

    protected abstract Task<TestStorage> CreateStorageAsync();

    private static TypedTable Keyed(string name) =>
        new(name, Readings, "station", "time") { Cursor = "count", Untracked = ["xmin"] };

    private static long Microseconds(int year, int month, int day) =>
        (new DateTime(year, month, day, 1, 2, 3, DateTimeKind.Utc) - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private static RowBatch Batch(IReadOnlyList<Row> rows)
    {
        var batch = new RowBatch(Readings, Math.Max(1, rows.Count)) { Count = rows.Count };
        for (var i = 0; i < rows.Count; i++)
        {
            batch.Lines[i] = i + 1;
            batch.Texts(0)[i] = rows[i].Station;
            batch.Times(1)[i] = rows[i].Time ?? RowBatch.NoTime;
            batch.Numbers(2)[i] = rows[i].Count ?? double.NaN;
            batch.Numbers(3)[i] = rows[i].Wind ?? double.NaN;
            batch.Numbers(4)[i] = rows[i].Other ?? double.NaN;
        }

        return batch;
    }

    private static Row At(RowBatch batch, int row) => new(
        batch.Texts(0)[row],
        batch.Times(1)[row] is var time and not RowBatch.NoTime ? time : null,
        Number(batch, 2, row),
        Number(batch, 3, row),
        Number(batch, 4, row));

    private static double? Number(RowBatch batch, int column, int row) =>
        double.IsNaN(batch.Numbers(column)[row]) ? null : batch.Numbers(column)[row];

    private async Task<string> RefusedAsync(Row row)
    {
        var exception = await Assert.ThrowsAsync<MeshException>(() => LoadAsync(Keyed("refused"), [row]));
        Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
        return exception.Message;
    }

    private Task<LoadResult> LoadAsync(TypedTable table, IReadOnlyList<Row> rows, long firstRow = 0) =>
        WriteAsync(table, rows, firstRow);

    private Task<LoadResult> WriteAsync(
        TypedTable table, IReadOnlyList<Row> rows, long firstRow = 0, Exception? failure = null) =>
        _host.Database.WriteAsync(
            async transaction =>
            {
                await Tables.CreateAsync(transaction, table, Token);
                await using var load = await Tables.LoadAsync(transaction, table, firstRow, Token);
                foreach (var part in rows.Chunk(7_000))
                {
                    await load.WriteAsync(Batch(part), Token);
                }

                var result = await load.CompleteAsync(Token);
                return failure is null ? result : throw failure;
            },
            Token);

    private async Task<List<Row>> ReadAsync(TypedTable table, string? order = null)
    {
        List<Row> rows = [];
        await Tables.ReadAsync(
            table,
            batch =>
            {
                rows.AddRange(Enumerable.Range(0, batch.Count).Select(row => At(batch, row)));
                return Task.CompletedTask;
            },
            order,
            Token);
        return rows;
    }

    private sealed record Row(string? Station, long? Time, double? Count, double? Wind, double? Other);
}

public sealed class SqliteTypedTableStoreTests : TypedTableStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}

public sealed class PostgreSqlTypedTableStoreTests : TypedTableStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
