using System.Text.Json;
using Skipper.Services.Data.Texts.SentencePieces;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Texts;

public sealed class SentencePieceTests
{
    public static TheoryData<string> Models => [.. Golden.Expected.GetProperty("models").EnumerateObject().Select(model => model.Name)];

    [Theory]
    [MemberData(nameof(Models))]
    public void Ids_pieces_and_decoded_texts_are_those_of_the_original(string name)
    {
        var tokenizer = SentencePieceTokenizer.Read(Golden.Read(name + ".model"));
        var expected = Golden.Expected.GetProperty("models").GetProperty(name);

        Assert.Equal(expected.GetProperty("vocab_size").GetInt32(), tokenizer.VocabularySize);
        Assert.All(Golden.Sentences.Zip(expected.GetProperty("rows").EnumerateArray()), row => Check(tokenizer, row.First, row.Second));
        Assert.All(expected.GetProperty("odd").EnumerateArray(), odd =>
            Assert.Equal(odd.GetProperty("decoded").GetString(), tokenizer.Decode(Golden.Integers(odd.GetProperty("ids")))));
    }

    [Theory]
    [InlineData("spm_bpe_400")]
    [InlineData("spm_bpe_600_bytefallback")]
    public void Ids_are_those_of_the_reference_data(string name)
    {
        var tokenizer = SentencePieceTokenizer.Read(File.ReadAllBytes(ReferenceData.Find($"text/{name}.model")));
        using var expected = JsonDocument.Parse(File.ReadAllBytes(ReferenceData.Find($"text/expected_{name}.json")));

        var sentences = expected.RootElement.GetProperty("sentences").EnumerateArray().ToList();

        Assert.Equal(40, sentences.Count);
        Assert.All(sentences, sentence => Check(tokenizer, sentence.GetProperty("text").GetString()!, sentence));
    }

    [Fact]
    public void A_long_text_takes_no_longer_than_its_length_warrants()
    {
        var tokenizer = SentencePieceTokenizer.Read(Golden.Read("identity_bytes.model"));
        var text = string.Concat(Enumerable.Repeat("the lighthouse keeper ", 20_000));

        var ids = tokenizer.Encode(text);

        Assert.Equal(text.TrimEnd(), tokenizer.Decode(ids));
        Assert.Equal(tokenizer.Encode("the lighthouse keeper").Length * 20_000, ids.Length);
    }

    [Fact]
    public void Half_a_surrogate_pair_becomes_a_replacement_character()
    {
        var tokenizer = SentencePieceTokenizer.Read(Golden.Read("identity_bytes.model"));

        Assert.Equal("a \uFFFD b", tokenizer.Decode(tokenizer.Encode("a \uD800 b")));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(340)]
    public void Ids_outside_of_the_vocabulary_are_refused(int id)
    {
        var tokenizer = SentencePieceTokenizer.Read(Golden.Read("identity_bytes.model"));

        var exception = Assert.Throws<MeshException>(() => tokenizer.Decode([id]));

        Assert.Equal((ErrorCode.InvalidArgument, $"Ids of this model are 0 to 339, found {id}."), (exception.Code, exception.Message));
    }

    private static void Check(SentencePieceTokenizer tokenizer, string text, JsonElement expected)
    {
        var ids = tokenizer.Encode(text);

        Assert.Equal(Golden.Texts(expected.GetProperty("pieces")), tokenizer.EncodeToPieces(text));
        Assert.Equal(Golden.Integers(expected.GetProperty("ids")), ids);
        Assert.Equal(expected.GetProperty("decoded").GetString(), tokenizer.Decode(ids));
    }
}
