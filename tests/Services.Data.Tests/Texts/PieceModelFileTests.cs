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

    public static TheoryData<byte[], string> Refused => new()
    {
        { Unknown, "found a unigram model: train with --model_type=bpe" },
        { [.. Unknown, .. Field(2, [0x18, 4])], "found a char model" },
        { BytePairs, "found no piece for what is unknown" },
        { [.. Unknown, .. Unknown, .. BytePairs], "found the piece <unk> twice" },
        { [.. Unknown, .. Field(2, [0x18, 2, 0x98, 2, 1])], "byte fallback without a piece <0x00>" },
        { [.. Field(1, Field(1, [0xFF])), .. BytePairs], "found text that is not UTF-8" },
        { Field(1, [.. Field(1, "a"u8), 0x18, 9]), "found piece 0 of kind 9" },
        { Field(1, [.. Field(1, "a"u8), 0x15, 0, 0, 0xC0, 0x7F]), "with the score NaN" },
        { [0x0A, 5, 0], "a field of 5 bytes where 1 are left" },
        { [0x0A, .. Enumerable.Repeat((byte)0xFF, 11)], "a number without an end" },
        { [0x08, 0], "field 1 with wire type 0" },
        { [0x23, 0], "found wire type 3" },
        { Field(3, Field(2, [255, 0, 0, 0, 1])), "with a trie of 255" },
        { Field(5, Field(2, [4, 0, 0, 0, 0, 0, 0, 0, 0])), "rules for denormalization" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_is_not_such_a_model_is_refused_with_what_was_found(byte[] file, string expected)
    {
        var exception = Assert.Throws<MeshException>(() => PieceModelFile.Read(file));

        Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
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
