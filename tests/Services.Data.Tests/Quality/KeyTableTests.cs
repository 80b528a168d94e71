using Skipper.Services.Data.Quality.Checks;
using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Tests.Quality;

public sealed class KeyTableTests
{
    [Theory]
    [InlineData(64)]
    [InlineData(1 << 20)]
    public void Every_key_is_found_again_in_memory_and_in_a_file(int mostInMemory)
    {
        const int Keys = 20_000;
        using var table = new KeyTable(mostInMemory);
        for (var key = 0; key < Keys; key++)
        {
            Assert.True(table.TryAdd(Hash(key), key, (ulong)key * 7, out _));
        }

        for (var key = 0; key < Keys; key++)
        {
            Assert.False(table.TryAdd(Hash(key), -1, 0, out var seen));
            Assert.Equal((key, (ulong)key * 7), (seen.Line, seen.Content));
        }
    }

    [Fact]
    public void Rows_hash_alike_where_all_columns_are_alike_and_differ_otherwise()
    {
        var schema = new TableSchema([new("a", ColumnKind.Text), new("b", ColumnKind.Text), new("n", ColumnKind.Number), new("t", ColumnKind.Timestamp)]);
        var batch = new RowBatch(schema, 8);
        var hash = new KeyHash([0, 1, 2, 3]);
        var rows = new (string? A, string? B, double N, long T)[]
        {
            ("ab", "c", 0.0, 1), ("ab", "c", -0.0, 1), ("a", "bc", 0.0, 1), ("ab", null, 0.0, 1), ("ab", "", 0.0, 1), ("ab", "c", double.NaN, 1),
            ("ab", "c", 0.0, 2), ("abcdefghijk", "c", 0.0, 1),
        };
        for (var row = 0; row < rows.Length; row++)
        {
            (batch.Texts(0)[row], batch.Texts(1)[row], batch.Numbers(2)[row], batch.Times(3)[row]) = rows[row];
        }

        var hashes = Enumerable.Range(0, rows.Length).Select(row => hash.Compute(batch, row)).ToList();

        Assert.Equal(hashes[0], hashes[1]);
        Assert.Equal(rows.Length - 1, hashes.Distinct().Count());
        Assert.NotEqual(hashes[0], new KeyHash([0, 1, 2, 3]).Compute(batch, 0));
    }

    /// <summary>Two keys each want the same place.</summary>
    private static UInt128 Hash(int key) => new((ulong)key * 0x9E3779B97F4A7C15, (ulong)(key / 2) * 0x9E3779B97F4A7C15);
}
