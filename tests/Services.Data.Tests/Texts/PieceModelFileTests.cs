using Skipper.Services.Data.Texts.SentencePieces;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Tests.Texts;

public sealed class PieceModelFileTests
{
    private static readonly byte[] Unknown = Field(1, [.. Field(1, "<unk>"u8), 0x18, 2]);

    private static readonly byte[] BytePairs = Field(2, [0x18, 2]);

    [Fact]
    public void The_smallest_model_has_an_unknown_piece()
    {
        var tokenizer = SentencePieceTokenizer.Read([.. Unknown, .. BytePairs]);

        Assert.Equal([0], tokenizer.Encode("anything"));
        Assert.Equal(" \u2047 ", tokenizer.Decode([0]));
    }

    [Theory]
    [InlineData("identity_bytes")]
    [InlineData("rules_symbols")]
    public void A_file_cut_anywhere_is_refused_or_read_in_part(string name)
    {
        var file = Golden.Read(name + ".model");
        for (var length = 0; length < file.Length; length += 7)
        {
            ReadOrRefuse(file[..length]);
        }
    }

    [Theory]
    [InlineData("identity_bytes")]
    [InlineData("rules_symbols")]
    public void A_file_with_wrong_bytes_is_refused_or_read(string name)
    {
        var file = Golden.Read(name + ".model");
        var random = new Random(11);
        for (var i = 0; i < 500; i++)
        {
            var changed = (byte[])file.Clone();
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            ReadOrRefuse(changed);
        }
    }

    [Fact]
    public void What_is_not_such_a_model_is_refused_with_what_was_found()
    {
        Assert.Contains("found a unigram model: train with --model_type=bpe", Refusal([.. Unknown]), StringComparison.Ordinal);
        Assert.Contains("found a char model", Refusal([.. Unknown, .. Field(2, [0x18, 4])]), StringComparison.Ordinal);
        Assert.Contains("found no piece for what is unknown", Refusal(BytePairs), StringComparison.Ordinal);
        Assert.Contains("found the piece <unk> twice", Refusal([.. Unknown, .. Unknown, .. BytePairs]), StringComparison.Ordinal);
        Assert.Contains("byte fallback without a piece <0x00>", Refusal([.. Unknown, .. Field(2, [0x18, 2, 0x98, 2, 1])]), StringComparison.Ordinal);
        Assert.Contains("found text that is not UTF-8", Refusal([.. Field(1, Field(1, [0xFF])), .. BytePairs]), StringComparison.Ordinal);
        Assert.Contains("found piece 0 of kind 9", Refusal([.. Field(1, [.. Field(1, "a"u8), 0x18, 9])]), StringComparison.Ordinal);
        Assert.Contains("with the score NaN", Refusal([.. Field(1, [.. Field(1, "a"u8), 0x15, 0, 0, 0xC0, 0x7F])]), StringComparison.Ordinal);
        Assert.Contains("a field of 5 bytes where 1 are left", Refusal([0x0A, 5, 0]), StringComparison.Ordinal);
        Assert.Contains("a number without an end", Refusal([0x0A, .. Enumerable.Repeat((byte)0xFF, 11)]), StringComparison.Ordinal);
        Assert.Contains("field 1 with wire type 0", Refusal([0x08, 0]), StringComparison.Ordinal);
        Assert.Contains("found wire type 3", Refusal([0x23, 0]), StringComparison.Ordinal);
        Assert.Contains("with a trie of 255", Refusal(Field(3, Field(2, [255, 0, 0, 0, 1]))), StringComparison.Ordinal);
        Assert.Contains("rules for denormalization", Refusal(Field(5, Field(2, [4, 0, 0, 0, 0, 0, 0, 0, 0]))), StringComparison.Ordinal);
    }

    private static string Refusal(byte[] file)
    {
        var exception = Assert.Throws<MeshException>(() => PieceModelFile.Read(file));
        Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
        return exception.Message;
    }

    private static void ReadOrRefuse(byte[] file)
    {
        try
        {
            var tokenizer = SentencePieceTokenizer.Read(file);
            foreach (var sentence in Golden.Sentences)
            {
                tokenizer.Decode(tokenizer.Encode(sentence));
            }
        }
        catch (MeshException exception)
        {
            Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
        }
    }

    private static byte[] Field(int number, ReadOnlySpan<byte> content) => [(byte)((number << 3) | 2), (byte)content.Length, .. content];
}
