using System.Globalization;
using System.Text;
using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Tables;
using Skipper.Services.Data.Tests.Imports;

namespace Skipper.Services.Data.Tests.Datasets;

public sealed class CanonicalFileTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_table_comes_back_as_it_was_written()
    {
        var batch = new RowBatch(new TableSchema(
        [
            new("n", ColumnKind.Number),
            new("odd:name,\"x\"", ColumnKind.Text),
            new("i", ColumnKind.Integer),
            new("t", ColumnKind.Timestamp),
        ]))
        { Count = 4 };
        double[] numbers = [0.1, double.NaN, -1e-300, 4];
        string?[] texts = ["a,b", "say \"hi\"\r\nthere ", null, "\"\""];
        double[] integers = [1, double.NaN, 3, 9007199254740992];
        long[] times = [0, RowBatch.NoTime, -62_135_596_800_000_000, 253_402_300_799_999_999];
        numbers.CopyTo(batch.Numbers(0), 0);
        texts.CopyTo(batch.Texts(1), 0);
        integers.CopyTo(batch.Numbers(2), 0);
        times.CopyTo(batch.Times(3), 0);

        var read = await CanonicalFile.ReadTableAsync(new MemoryStream(await WriteAsync(batch)), Token);

        Assert.Equal(4, read.RowCount);
        Assert.Equal(["n", "odd:name,\"x\"", "i", "t"], read.Columns.Select(column => column.Name));
        Assert.Equal(["number", "text", "integer", "timestamp"], read.Columns.Select(column => column.Type));
        Assert.Equal(numbers, read.Columns[0].Numbers);
        Assert.Equal(texts, read.Columns[1].Texts);
        Assert.Equal(integers, read.Columns[2].Numbers);
        Assert.Equal(times, read.Columns[3].Times);
    }

    [Fact]
    public async Task A_table_of_one_column_keeps_its_missing_cells()
    {
        var batch = new RowBatch(new TableSchema([new("t", ColumnKind.Text)])) { Count = 3 };
        batch.Texts(0)[1] = "x";

        var read = await CanonicalFile.ReadTableAsync(new MemoryStream(await WriteAsync(batch)), Token);

        Assert.Equal(new[] { null, "x", null }, read.Columns[0].Texts);
    }

    [Fact]
    public async Task Every_number_is_written_in_its_shortest_exact_form()
    {
        var random = new Random(20260301);
        List<double> numbers =
        [
            0.1, 0.30000000000000004, 1e15, 999999999999999, 1e14, 123456789012345.6, 0.0001, 0.00001, 1e-5 * 3, 1.5e-9, 5e-324, double.MaxValue,
            -0.5, -1234.5678, 2.675, 1.005, 1e22, 1e23, 4.35, 0.1 + 0.7, 100.25, 1.0000000001, 12345.678901234567,
        ];
        for (var i = 0; i < 20_000; i++)
        {
            var digits = random.Next(12);
            numbers.Add(Math.Round((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(10)), digits));
            numbers.Add((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-8, 18)));
        }

        var batch = new RowBatch(new TableSchema([new("n", ColumnKind.Number)]), numbers.Count) { Count = numbers.Count };
        numbers.CopyTo(batch.Numbers(0));
        var written = Encoding.UTF8.GetString(await WriteAsync(batch)).Split('\n');

        Assert.Equal(
            numbers.Select(number => (number + 0.0).ToString("R", CultureInfo.InvariantCulture)), written[1..^1]);
    }

    [Fact]
    public async Task The_spelling_of_a_file_does_not_matter()
    {
        var plain = await CanonicalAsync("a,B,t\n1,2.5,x\n0,-1,\n");

        Assert.Equal("\"a:integer\",\"b:number\",\"t:text\"\n1,2.5,\"x\"\n0,-1,\n", Encoding.UTF8.GetString(plain));
        Assert.Equal(plain, await CanonicalAsync("\uFEFF A ,\"b\",T\r\n\r\n1.0, 25e-1 ,\"x\"\r\n-0,-1.000,\" \"\r\n"));
        Assert.NotEqual(plain, await CanonicalAsync("a,b,t\n0,-1,\n1,2.5,x\n"));
    }

    private static async Task<byte[]> CanonicalAsync(string csv)
    {
        var stream = new MemoryStream();
        var writer = new CanonicalWriter(stream);
        var header = true;
        await Importing.ReadAsync(csv, async batch =>
        {
            if (header)
            {
                await writer.WriteHeaderAsync(batch.Schema, Token);
                header = false;
            }

            await writer.WriteAsync(batch, Token);
        });
        return stream.ToArray();
    }

    private static async Task<byte[]> WriteAsync(RowBatch batch)
    {
        var stream = new MemoryStream();
        var writer = new CanonicalWriter(stream);
        await writer.WriteHeaderAsync(batch.Schema, Token);
        await writer.WriteAsync(batch, Token);
        return stream.ToArray();
    }
}
