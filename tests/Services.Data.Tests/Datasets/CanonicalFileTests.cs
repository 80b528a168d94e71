using System.Text;
using Skipper.Services.Data.Datasets;

namespace Skipper.Services.Data.Tests.Datasets;

public sealed class CanonicalFileTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_table_comes_back_as_it_was_written()
    {
        var table = new DatasetTable(
            [
                new TableColumn("n", ColumnTypes.Number) { Numbers = [0.1, double.NaN, -1e-300, 4] },
                new TableColumn("odd:name,\"x\"", ColumnTypes.Text) { Texts = ["a,b", "say \"hi\"\nthere", null, "\"\""] },
                new TableColumn("i", ColumnTypes.Integer) { Numbers = [1, double.NaN, 3, 9007199254740992] },
            ],
            4);

        using var stream = new MemoryStream(await WriteAsync(table));
        var read = await CanonicalFile.ReadAsync(stream, Token);

        Assert.Equal(4, read.RowCount);
        Assert.Equal(table.Columns.Select(column => (column.Name, column.Type)), read.Columns.Select(c => (c.Name, c.Type)));
        Assert.Equal(table.Columns[0].Numbers, read.Columns[0].Numbers);
        Assert.Equal(table.Columns[1].Texts, read.Columns[1].Texts);
        Assert.Equal(table.Columns[2].Numbers, read.Columns[2].Numbers);
    }

    [Fact]
    public async Task A_table_of_one_column_keeps_its_missing_cells()
    {
        var table = new DatasetTable([new TableColumn("t", ColumnTypes.Text) { Texts = [null, "x", null] }], 3);

        using var stream = new MemoryStream(await WriteAsync(table));

        Assert.Equal(new[] { null, "x", null }, (await CanonicalFile.ReadAsync(stream, Token)).Columns[0].Texts);
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
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(csv));
        return await WriteAsync(CsvImport.Check(await CsvRecords.ReadAsync(stream, Token)).Table);
    }

    private static async Task<byte[]> WriteAsync(DatasetTable table)
    {
        using var stream = new MemoryStream();
        await CanonicalFile.WriteAsync(stream, table, Token);
        return stream.ToArray();
    }
}
