using System.Text;
using Skipper.Services.Data.Texts;
using Skipper.Services.Data.Texts.SentencePieces;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Data.Tests.Texts;

public sealed class TextPreprocessorTests
{
    private readonly MemoryArtifacts _artifacts = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ids_are_filled_up_to_the_longest_row_with_the_id_of_the_model()
    {
        var model = _artifacts.Put(Golden.Read("identity_bytes.model"));
        var tokenizer = SentencePieceTokenizer.Read(Golden.Read("identity_bytes.model"));
        string[] texts = ["The tide", "", "The harbour master"];

        var (result, arrays) = await PrepareAsync(texts, new TextRecipe { Kind = "sentencepiece", Model = model });

        var expected = texts.Select(tokenizer.Encode).ToList();
        var longest = expected.Max(ids => ids.Length);
        Assert.Equal([3, longest], result.Shape);
        Assert.Equal(("int32", model), (result.Type, result.Model));
        Assert.Equal(expected.Select(ids => ids.Length), arrays["lengths"].Get<int>());
        Assert.Equal(3, tokenizer.PadId);
        Assert.Equal(
            expected.SelectMany(ids => ids.Concat(Enumerable.Repeat(3, longest - ids.Length))), arrays["ids"].Get<int>());
    }

    [Fact]
    public async Task Rows_are_cut_off_after_the_most_ids()
    {
        var model = _artifacts.Put(Golden.Read("no_prefix.model"));

        var (result, arrays) = await PrepareAsync(
            ["The harbour master", "a"], new TextRecipe { Kind = "sentencepiece", Model = model, MaxIds = 2 });

        Assert.Equal([2, 2], result.Shape);
        Assert.Equal([2, 1], arrays["lengths"].Get<int>());
    }

    [Fact]
    public async Task A_model_is_read_once()
    {
        var recipe = new TextRecipe { Kind = "sentencepiece", Model = _artifacts.Put(Golden.Read("no_prefix.model")) };
        var preprocessor = new TextPreprocessor(new TextModels(_artifacts));

        for (var i = 0; i < 3; i++)
        {
            using var texts = new MemoryStream("one line"u8.ToArray());
            await preprocessor.PrepareAsync(texts, recipe, Stream.Null, Token);
        }

        Assert.Equal(1, _artifacts.Opened);
    }

    [Fact]
    public async Task Tfidf_learns_from_the_texts_and_weighs_others_by_what_it_learnt()
    {
        var (learnt, _) = await PrepareAsync(Golden.Corpus, new TextRecipe { Kind = "tfidf", MinTexts = 2 });

        var (first, firstArrays) = await PrepareAsync(Golden.Sentences, new TextRecipe { Kind = "tfidf", Model = learnt.Model });

        var trainer = new TfidfTrainer(new TfidfOptions { MinTexts = 2 });
        Array.ForEach(Golden.Corpus, trainer.Add);
        var vectorizer = new TfidfVectorizer(trainer.Finish());
        var rows = vectorizer.CreateRows();
        foreach (var sentence in Golden.Sentences.Select(text => text.ReplaceLineEndings(" ")))
        {
            vectorizer.Add(rows, sentence);
        }

        Assert.Equal([rows.Rows, rows.Columns], first.Shape);
        Assert.Equal(
            Enumerable.Range(0, rows.Rows).SelectMany(rows.Row).Select(cell => cell.Value), firstArrays["data"].Get<double>());
        Assert.NotEqual(learnt.Fingerprint, first.Fingerprint);
    }

    [Fact]
    public async Task A_sparse_matrix_has_the_members_that_scipy_looks_for()
    {
        var (result, arrays) = await PrepareAsync(["tide tide ferry", "a", "wind"], new TextRecipe { Kind = "hashing", Columns = 50 });

        Assert.Equal([3, 50], result.Shape);
        Assert.Equal("csr", Assert.Single(arrays["format"].Get<string>()));
        Assert.Equal([3L, 50], arrays["shape"].Get<long>());
        Assert.Equal([0, 2, 2, 3], arrays["indptr"].Get<int>());
        Assert.Equal(3, arrays["indices"].Get<int>().Length);
        Assert.Equal([1 / Math.Sqrt(5), 2 / Math.Sqrt(5), 1], arrays["data"].Get<double>().Select(Math.Abs).Order());
    }

    [Fact]
    public async Task Texts_are_tidied_first_as_the_recipe_says()
    {
        var plain = new TextRecipe { Kind = "hashing", Columns = 1000, Norm = "none" };
        var tidy = plain with { Normalization = "nfkc", RemoveControls = true, CollapseSpaces = true };

        var (first, untouched) = await PrepareAsync(["ｔｉｄｅ fe\u0001rry"], plain);
        var (second, tidied) = await PrepareAsync(["ｔｉｄｅ fe\u0001rry"], tidy);
        var (_, expected) = await PrepareAsync(["tide ferry"], plain);

        Assert.Equal(expected["indices"].Get<int>(), tidied["indices"].Get<int>());
        Assert.NotEqual(expected["indices"].Get<int>(), untouched["indices"].Get<int>());
        Assert.NotEqual(first.Fingerprint, second.Fingerprint);
    }

    [Fact]
    public void Cleaning_keeps_what_it_is_not_asked_to_change()
    {
        Assert.Equal(" a\u0001\tb ", new TextCleaner().Clean(" a\u0001\tb "));
        Assert.Equal("a b c", new TextCleaner { CollapseSpaces = true }.Clean("\u3000a\t\n b \u00A0c "));
        Assert.Equal("a\tb", new TextCleaner { RemoveControls = true }.Clean("\uFEFFa\u0000\tb\u007F"));
        Assert.Equal("\u00E9 \uFB01", new TextCleaner { Form = NormalizationForm.FormC }.Clean("e\u0301 \uFB01"));
        Assert.Equal("\u00E9 fi \uFFFD", new TextCleaner { Form = NormalizationForm.FormKC }.Clean("e\u0301 \uFB01 \uDC00"));
    }

    public static TheoryData<TextRecipe, ErrorCode, string> Refused => new()
    {
        { new() { Kind = "bert" }, ErrorCode.InvalidArgument, "kind is sentencepiece, hashing or tfidf, found bert." },
        { new() { Kind = "sentencepiece" }, ErrorCode.InvalidArgument, "model is missing" },
        { new() { Kind = "sentencepiece", Model = "00" }, ErrorCode.NotFound, "Upload the model first." },
        { new() { Kind = "tfidf", Model = "00" }, ErrorCode.NotFound, "Upload the model first." },
        { new() { Kind = "hashing", Columns = 0 }, ErrorCode.InvalidArgument, "columns is 1 to 1073741824, found 0." },
        { new() { Kind = "hashing", Norm = "max" }, ErrorCode.InvalidArgument, "norm is l1, l2 or none, found max." },
        { new() { Kind = "hashing", Normalization = "nfd" }, ErrorCode.InvalidArgument, "normalization is nfc or nfkc, found nfd." },
        { new() { Kind = "hashing", MinWords = 2 }, ErrorCode.InvalidArgument, "min_words is 1 to 1, found 2." },
        { new() { Kind = "hashing", MaxWords = 6 }, ErrorCode.InvalidArgument, "max_words is 1 to 5, found 6." },
        { new() { Kind = "tfidf", MaxShare = 0 }, ErrorCode.InvalidArgument, "max_share is more than 0 and at most 1, found 0." },
        { new() { Kind = "tfidf", MinTexts = 9 }, ErrorCode.InvalidArgument, "No term of the 1 texts is left" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_recipe_that_cannot_be_followed_is_refused_with_what_was_found(TextRecipe recipe, ErrorCode code, string expected)
    {
        var exception = await Assert.ThrowsAsync<MeshException>(() => PrepareAsync(["one line"], recipe));

        Assert.Equal(code, exception.Code);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{\"options\":{},\"terms\":[\"a\",\"a\"]}")]
    [InlineData("{\"options\":{},\"terms\":[\"a\"],\"idf\":[]}")]
    [InlineData("{\"options\":{\"analyzer\":{\"max_words\":1000000}},\"terms\":[\"a\"]}")]
    public async Task A_file_that_is_no_tfidf_model_is_refused(string file)
    {
        var recipe = new TextRecipe { Kind = "tfidf", Model = _artifacts.Put(Encoding.UTF8.GetBytes(file)) };

        var exception = await Assert.ThrowsAsync<MeshException>(() => PrepareAsync(["one line"], recipe));

        Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
        Assert.StartsWith("Expected a TF-IDF model", exception.Message, StringComparison.Ordinal);
    }

    private async Task<(TextArrays Result, Dictionary<string, NpyArray> Arrays)> PrepareAsync(string[] texts, TextRecipe recipe)
    {
        using var lines = new MemoryStream(
            Encoding.UTF8.GetBytes(string.Concat(texts.Select(text => text.ReplaceLineEndings(" ") + "\n"))));
        using var output = new MemoryStream();
        var result = await new TextPreprocessor(new TextModels(_artifacts)).PrepareAsync(lines, recipe, output, Token);
        output.Position = 0;
        return (result, NpzFile.Read(output, 1 << 26));
    }
}
