using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Databases;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Tables;

/// <summary>A store of typed tables on either database, and rows for it.</summary>
public abstract class TypedTableTests : IAsyncLifetime
{
    private protected static readonly TableSchema Readings = new(
    [
        new("station", ColumnKind.Text),
        new("time", ColumnKind.Timestamp),
        new("count", ColumnKind.Integer),
        new("wind speed (m/s)", ColumnKind.Number),
        new("xmin", ColumnKind.Number),
    ]);

    private TestStorage _storage = null!;
    private DataHost _host = null!;

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected TypedTableStore Tables => _host.Service<TypedTableStore>();

    private protected Database Database => _host.Database;

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

    protected abstract Task<TestStorage> CreateStorageAsync();

    private protected static TypedTable Keyed(string name) =>
        new(name, Readings, "station", "time") { Cursor = "count", Untracked = ["xmin"] };

    private protected static long Microseconds(int year, int month, int day) =>
        (new DateTime(year, month, day, 1, 2, 3, DateTimeKind.Utc) - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private protected static RowBatch Batch(IReadOnlyList<Row> rows)
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

    private protected async Task<string> RefusedAsync(Row row)
    {
        var exception = await Assert.ThrowsAsync<MeshException>(() => LoadAsync(Keyed("refused"), [row]));
        Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
        return exception.Message;
    }

    private protected Task<LoadResult> LoadAsync(TypedTable table, IReadOnlyList<Row> rows, long firstRow = 0) =>
        WriteAsync(table, rows, firstRow);

    private protected Task<LoadResult> WriteAsync(
        TypedTable table, IReadOnlyList<Row> rows, long firstRow = 0, Exception? failure = null) =>
        Database.WriteAsync(
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

    private protected async Task<List<Row>> ReadAsync(TypedTable table, string? order = null)
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

    internal sealed record Row(string? Station, long? Time, double? Count, double? Wind, double? Other);
}
