using System.Text;
using Skipper.Services.Data.Texts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Tests.Texts;

public sealed class LineReaderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", new string[0])]
    [InlineData("a", new[] { "a" })]
    [InlineData("a\n", new[] { "a" })]
    [InlineData("\n", new[] { "" })]
    [InlineData("\n\na", new[] { "", "", "a" })]
    [InlineData("a\r\nb\rc\r\n\r\n", new[] { "a", "b\rc", "" })]
    [InlineData("\uFEFFa\n\uFEFFb", new[] { "a", "\uFEFFb" })]
    public async Task Lines_end_with_lf_or_crlf_and_the_first_may_have_a_byte_order_mark(string file, string[] expected)
    {
        Assert.Equal(expected, await ReadAsync(Encoding.UTF8.GetBytes(file), step: 1));
        Assert.Equal(expected, await ReadAsync(Encoding.UTF8.GetBytes(file), step: 1000));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100_000)]
    public async Task Lines_longer_than_the_buffer_are_whole(int step)
    {
        string[] lines = [new('a', 70_000), "b", new('c', 200_000), ""];

        Assert.Equal(lines, await ReadAsync(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"), step));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task Of_a_line_that_is_too_long_the_beginning_is_kept_and_the_next_one_is_whole(int step)
    {
        using var stream = new Trickle(Encoding.UTF8.GetBytes("0123456789\r\n0123456789X\n" + new string('y', 500) + "\nend"), step);
        var reader = new LineReader(stream, longest: 10);
        var found = new List<(long, string, bool)>();
        while (await reader.NextAsync(Token))
        {
            found.Add((reader.Number, Encoding.UTF8.GetString(reader.Line.Span), reader.IsCut));
        }

        Assert.Equal([(1, "0123456789", false), (2, "0123456789", true), (3, "yyyyyyyyyy", true), (4, "end", false)], found);
    }

    [Fact]
    public async Task Bytes_that_are_not_utf_8_are_refused_with_their_place_or_replaced()
    {
        byte[] file = [.. "good\nbad "u8, 0xFF, .. " byte\n"u8];

        var exception = await Assert.ThrowsAsync<MeshException>(async () => await TextsAsync(file, replaceInvalid: false));

        Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
        Assert.StartsWith("Expected UTF-8, found the byte 0xFF at place 4 of line 2", exception.Message, StringComparison.Ordinal);
        Assert.Equal(["good", "bad \uFFFD byte"], await TextsAsync(file, replaceInvalid: true));
    }

    [Fact]
    public async Task A_text_of_more_than_a_megabyte_is_refused()
    {
        var exception = await Assert.ThrowsAsync<MeshException>(
            async () => await TextsAsync([.. "ok\n"u8, .. new byte[LineReader.LongestByDefault + 1]], replaceInvalid: false));

        Assert.Contains("found a longer one in line 2", exception.Message, StringComparison.Ordinal);
    }

    private static async Task<List<string>> TextsAsync(byte[] file, bool replaceInvalid)
    {
        using var stream = new MemoryStream(file);
        return await TextLines.ReadAsync(stream, replaceInvalid, Token).ToListAsync(Token);
    }

    private static async Task<List<string>> ReadAsync(byte[] file, int step)
    {
        using var stream = new Trickle(file, step);
        var reader = new LineReader(stream);
        var lines = new List<string>();
        while (await reader.NextAsync(Token))
        {
            Assert.Equal((lines.Count + 1, false), (reader.Number, reader.IsCut));
            lines.Add(Encoding.UTF8.GetString(reader.Line.Span));
        }

        return lines;
    }

    /// <summary>Gives a few bytes at a time.</summary>
    private sealed class Trickle(byte[] content, int step) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, step)], cancellationToken);
    }
}
