using System.Text;
using System.Text.Json;
using Skipper.Services.Data.Texts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Texts;

public sealed class VectorizerTests
{
    private const double Tolerance = 1e-12;

    public static TheoryData<int> Vectorizers => [.. Enumerable.Range(0, Golden.Expected.GetProperty("vectorizers").GetArrayLength())];

    [Theory]
    [InlineData(false, "terms")]
    [InlineData(true, "terms_without_accents")]
    public void Terms_are_those_of_scikit_learn(bool stripAccents, string expected)
    {
        var analyzer = new WordAnalyzer { StripAccents = stripAccents };

        Assert.All(
            Golden.Sentences.Zip(Golden.Expected.GetProperty(expected).EnumerateArray()),
            row => Assert.Equal(Golden.Texts(row.Second), analyzer.Terms(row.First)));
    }

    [Fact]
    public void Lower_case_is_that_of_python() =>
        Assert.Equal(Golden.Texts(Golden.Expected.GetProperty("lower")), Golden.Sentences.Select(PythonText.Lower));

    [Theory]
    [InlineData("", 0)]
    [InlineData("foo", -156908512)]
    [InlineData("harbour", 1245317193)]
    [InlineData("é", 269551495)]
    public void Hashes_are_those_of_murmur_hash_3(string text, int expected) =>
        Assert.Equal(expected, MurmurHash3.Hash(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [MemberData(nameof(Vectorizers))]
    public void Terms_weights_and_values_are_those_of_scikit_learn(int index)
    {
        var expected = Golden.Expected.GetProperty("vectorizers")[index];

        var rows = Vectorize(expected, "options", Golden.Corpus, Golden.Sentences);

        Assert.Equal(expected.GetProperty("columns").GetInt32(), rows.Columns);
        Assert.Equal(Golden.Sentences.Length, rows.Rows);
        var starts = Golden.Integers(expected.GetProperty("indptr"));
        var columns = Golden.Integers(expected.GetProperty("indices"));
        var values = Golden.Numbers(expected.GetProperty("data"));
        for (var row = 0; row < rows.Rows; row++)
        {
            var range = starts[row]..starts[row + 1];
            Assert.Equal(columns[range], rows.Row(row).Select(cell => cell.Column));
            Assert.All(values[range].Zip(rows.Row(row)), pair => Assert.Equal(pair.First, pair.Second.Value, Tolerance));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Values_are_those_of_the_reference_data(int index)
    {
        using var reference = JsonDocument.Parse(File.ReadAllBytes(ReferenceData.Find("text/expected_vectorizers.json")));
        var sentences = Golden.Texts(JsonDocument.Parse(File.ReadAllBytes(ReferenceData.Find("text/test_sentences.json"))).RootElement);
        var expected = reference.RootElement.GetProperty("vectorizers")[index];

        var rows = Vectorize(expected, "params", File.ReadAllLines(ReferenceData.Find("text/corpus.txt")), sentences);

        Assert.Equal(Golden.Integers(expected.GetProperty("shape")), new[] { rows.Rows, rows.Columns });
        var triplets = expected.GetProperty("triplets").EnumerateArray()
            .ToDictionary(item => (item[0].GetInt32(), item[1].GetInt32()), item => item[2].GetDouble());
        var found = Enumerable.Range(0, rows.Rows).SelectMany(row => rows.Row(row).Select(cell => (row, cell.Column, cell.Value)))
            .ToDictionary(cell => (cell.row, cell.Column), cell => cell.Value);
        Assert.All(triplets.Keys.Union(found.Keys), cell =>
            Assert.Equal(triplets.GetValueOrDefault(cell), found.GetValueOrDefault(cell), 1e-9));
        Assert.All(
            sentences.Zip(reference.RootElement.GetProperty("tokens").EnumerateArray()),
            row => Assert.Equal(Golden.Texts(row.Second), new WordAnalyzer().Terms(row.First)));
    }

    [Fact]
    public void Equal_keys_are_ordered_as_numpy_does() =>
        Assert.All(Golden.Expected.GetProperty("orders").EnumerateArray(), order =>
            Assert.Equal(
                Golden.Integers(order.GetProperty("order")),
                NumPyOrder.Sort([.. order.GetProperty("keys").EnumerateArray().Select(key => key.GetInt64())])));

    [Fact]
    public void A_row_without_terms_is_empty()
    {
        var vectorizer = new HashingVectorizer();
        var rows = vectorizer.CreateRows();

        vectorizer.Add(rows, "");
        vectorizer.Add(rows, "a . b");

        Assert.Equal((2, 0), (rows.Rows, rows.Count));
    }

    [Fact]
    public void Texts_of_which_no_term_is_left_are_refused()
    {
        var trainer = new TfidfTrainer(new TfidfOptions { MinTexts = 2 });
        trainer.Add("harbour");
        trainer.Add("lighthouse");

        var exception = Assert.Throws<MeshException>(trainer.Finish);

        Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
        Assert.StartsWith("No term of the 2 texts is left", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_terms_than_there_is_room_for_are_refused()
    {
        var trainer = new TfidfTrainer(new TfidfOptions(), mostTerms: 3);
        trainer.Add("one two three");

        Assert.Throws<MeshException>(() => trainer.Add("three four"));
    }

    [Fact]
    public void Terms_beyond_the_basic_plane_come_last()
    {
        var trainer = new TfidfTrainer(new TfidfOptions());
        trainer.Add("\U00020000\U00020000 \uFF41\uFF41 zz");

        Assert.Equal(["zz", "\uFF41\uFF41", "\U00020000\U00020000"], trainer.Finish().Terms);
    }

    /// <summary>A vectorizer with options named as scikit-learn names them, fitted where it learns, and what it makes of texts.</summary>
    private static SparseRows Vectorize(JsonElement expected, string options, string[] corpus, string[] texts)
    {
        var given = expected.GetProperty(options);
        var analyzer = new WordAnalyzer
        {
            Lowercase = Option("lowercase", true, value => value.GetBoolean()),
            StripAccents = Option("strip_accents", false, value => value.GetString() == "unicode"),
            MinWords = Option("ngram_range", 1, value => value[0].GetInt32()),
            MaxWords = Option("ngram_range", 1, value => value[1].GetInt32()),
        };
        var norm = Option("norm", VectorNorm.L2, value => Enum.Parse<VectorNorm>(value.GetString() ?? "None", ignoreCase: true));
        if (!expected.TryGetProperty("terms", out var terms))
        {
            var hashing = new HashingVectorizer
            {
                Analyzer = analyzer,
                Norm = norm,
                Columns = Option("n_features", 1 << 20, value => value.GetInt32()),
                AlternateSign = Option("alternate_sign", true, value => value.GetBoolean()),
            };
            return Fill(hashing.CreateRows(), hashing.Add);
        }

        var trainer = new TfidfTrainer(new TfidfOptions
        {
            Analyzer = analyzer,
            Norm = norm,
            MinTexts = Option("min_df", 1, value => value.GetInt32()),
            MaxShare = Option("max_df", 1.0, value => value.GetDouble()),
            MaxTerms = Option("max_features", (int?)null, value => value.GetInt32()),
            UseIdf = Option("use_idf", true, value => value.GetBoolean()),
            SmoothIdf = Option("smooth_idf", true, value => value.GetBoolean()),
            SublinearTf = Option("sublinear_tf", false, value => value.GetBoolean()),
        });
        Array.ForEach(corpus, trainer.Add);
        var model = trainer.Finish();
        Assert.Equal(Golden.Texts(terms), model.Terms);
        Assert.All(
            expected.GetProperty("idf") is { ValueKind: JsonValueKind.Array } idf ? Golden.Numbers(idf).Zip(model.Idf!) : [],
            pair => Assert.Equal(pair.First, pair.Second, Tolerance));
        var tfidf = new TfidfVectorizer(model);
        return Fill(tfidf.CreateRows(), tfidf.Add);

        T Option<T>(string name, T absent, Func<JsonElement, T> read) => given.TryGetProperty(name, out var value) ? read(value) : absent;

        SparseRows Fill(SparseRows rows, Action<SparseRows, string> add)
        {
            Array.ForEach(texts, text => add(rows, text));
            return rows;
        }
    }
}
