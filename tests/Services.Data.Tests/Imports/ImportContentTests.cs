using System.IO.Compression;
using System.Text;
using Skipper.Services.Data.Datasets;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Tests.Imports;

/// <summary>Files as they come: packed, in other encodings, with other delimiters, damaged.</summary>
public sealed class ImportContentTests
{
    private const string Plain = "name,n\nKöln,1\nLiège,2\n";

    [Theory]
    [InlineData(";")]
    [InlineData("\t")]
    [InlineData("|")]
    public async Task The_delimiter_is_found_out(string delimiter)
    {
        var import = await Importing.ReadAsync(
            $"\"a,b\"{delimiter}n{delimiter}t\nx,y{delimiter}1.5{delimiter}\n\"p{delimiter}q\"{delimiter}2{delimiter}z\n");

        Assert.Equal(["a,b", "n", "t"], import.Table.Columns.Select(column => column.Name));
        Assert.Equal(["x,y", $"p{delimiter}q"], import.Texts(0));
        Assert.Equal([1.5, 2], import.Numbers(1));
        Assert.Equal([null, "z"], import.Texts(2));
    }

    [Fact]
    public async Task A_file_of_carriage_returns_has_lines_too()
    {
        var import = await Importing.ReadAsync("a,b\r1,x\r\r2,\"y\rz\"\r3\r4,w");

        Assert.Equal([1, 2, 4], import.Numbers(0));
        Assert.Equal(["x", "y\rz", "w"], import.Texts(1));
        Assert.Equal("expected 2 cells, found 1", Assert.Single(import.Rejected).Reason);
    }

    [Fact]
    public async Task Spaces_around_quotes_and_no_break_spaces_are_no_content()
    {
        var import = await Importing.ReadAsync("a,b\n \"1,5\"\t, \u00A02\u00A0\nx , \"\"\"y\"\"\" \n");

        Assert.Equal(["1,5", "x"], import.Texts(0));
        Assert.Equal(["2", "\"y\""], import.Texts(1));
    }

    [Theory]
    [InlineData("1,\"a\"b")]
    [InlineData("1,\"a\" \"b\"")]
    [InlineData("1,a\"b\"")]
    [InlineData("1,\"a\"\"\"b\"")]
    public async Task A_stray_quote_spoils_its_row_and_no_other(string row)
    {
        var import = await Importing.ReadAsync($"n,t\n0,x\n{row}\n2,y\n");

        Assert.Equal([0, 2], import.Numbers(0));
        var rejected = Assert.Single(import.Rejected);
        Assert.Equal((3, "a quote stands inside a cell that is not quoted"), (rejected.Line, rejected.Reason));
    }

    [Fact]
    public async Task A_zero_character_is_a_reason_to_reject_a_row()
    {
        var import = await Importing.ReadAsync("n,t\n1,a\n2,b\0c\n3,d\n");

        Assert.Equal(["a", "d"], import.Texts(1));
        Assert.Equal("t: expected text, found a zero character", Assert.Single(import.Rejected).Reason);
    }

    [Fact]
    public async Task Records_do_not_depend_on_how_the_file_arrives()
    {
        var random = new Random(7);
        string[] letters = ["a", "\"", ",", "\n", "\r\n", "é", "😀", " ", "1"];
        var rows = Enumerable.Range(0, 3_000)
            .Select(i => $"t{string.Concat(Enumerable.Range(0, random.Next(400)).Select(_ => letters[random.Next(letters.Length)]))}t")
            .ToList();
        var file = Encoding.UTF8.GetBytes(
            "n,t\n" + string.Concat(rows.Select((text, i) => $"{i},\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\r\n")));

        var collected = new TableCollector();
        var rejected = await Importing.ReadAsync(() => new TricklingStream(file, random), collected.Take);

        Assert.Empty(rejected);
        var table = collected.ToTable();
        Assert.Equal(Enumerable.Range(0, rows.Count).Select(i => (double)i), table.Columns[0].Numbers!);
        Assert.Equal(rows, table.Columns[1].Texts!);
    }

    [Theory]
    [InlineData("utf-16", null)]
    [InlineData("utf-16BE", null)]
    [InlineData("windows-1252", "windows-1252")]
    [InlineData("utf-8", "UTF-8")]
    public async Task A_file_may_have_another_encoding(string written, string? said)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var encoding = Encoding.GetEncoding(written);
        var collected = new TableCollector();

        await Importing.ReadAsync([.. encoding.GetPreamble(), .. encoding.GetBytes(Plain)], collected.Take, said);

        Assert.Equal((string?[])["Köln", "Liège"], collected.ToTable().Columns[0].Texts);
    }

    [Fact]
    public async Task An_encoding_that_is_none_or_not_that_of_the_file_is_an_invalid_argument()
    {
        var unknown = await RefusedAsync(Encoding.UTF8.GetBytes(Plain), "klingon");
        var wrong = await RefusedAsync([0xFF, 0xFE, .. Encoding.Unicode.GetBytes("a,b\n1,2\n3,"), 0x00, 0xD8, 0x0A, 0x00], null);

        Assert.Contains("There is no encoding 'klingon'", unknown, StringComparison.Ordinal);
        Assert.Contains("not text in its encoding", wrong, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_packed_file_is_unpacked()
    {
        var collected = new TableCollector();

        await Importing.ReadAsync(Pack(Encoding.UTF8.GetBytes("\uFEFF" + Plain)), collected.Take);

        Assert.Equal((string?[])["Köln", "Liège"], collected.ToTable().Columns[0].Texts);
    }

    [Fact]
    public async Task A_packed_file_that_unpacks_to_too_much_is_refused_on_the_way()
    {
        var bomb = Pack(new byte[40 * 1024 * 1024]);
        Assert.InRange(bomb.Length, 1, 100_000);

        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var reason = await RefusedAsync(bomb, null, megabytes: 1);

        Assert.Contains("begins on line 1 does not end", reason, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 16 * 1024 * 1024);
    }

    [Fact]
    public async Task Many_rows_in_a_small_packed_file_are_refused_at_the_limit()
    {
        var bomb = Pack(Encoding.UTF8.GetBytes("a,b\n" + string.Concat(Enumerable.Repeat("1,2\n", 1_000_000))));

        Assert.Contains("larger than 2 MiB", await RefusedAsync(bomb, null, megabytes: 2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_packed_file_that_is_cut_off_or_damaged_is_refused()
    {
        var random = new Random(3);
        var packed = Pack(Encoding.UTF8.GetBytes(
            "a,b\n" + string.Concat(Enumerable.Range(0, 5_000).Select(_ => $"{random.Next()},{random.Next()}\n"))));
        var flipped = packed.ToArray();
        flipped[packed.Length / 2] ^= 0xFF;

        Assert.Contains("damaged", await RefusedAsync(packed[..(packed.Length / 2)], null), StringComparison.Ordinal);
        Assert.Contains("damaged", await RefusedAsync(packed[..^4], null), StringComparison.Ordinal);
        Assert.NotEqual("", await RefusedAsync(flipped, null));
        Assert.Contains("damaged", await RefusedAsync([.. packed, .. "rubbish"u8], null), StringComparison.Ordinal);
    }

    private static byte[] Pack(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    private static async Task<string> RefusedAsync(byte[] file, string? encoding, int megabytes = 64)
    {
        var exception = await Assert.ThrowsAsync<MeshException>(
            () => Importing.ReadAsync(file, _ => Task.CompletedTask, encoding, megabytes));
        Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
        return exception.Message;
    }

    /// <summary>Hands out a few bytes at a time.</summary>
    private sealed class TricklingStream(byte[] content, Random random) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 1 + random.Next(5_000))], cancellationToken);
    }
}
