using System.Text.Json;
using Skipper.Services.Serving.Labels;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.Tests.Labels;

public sealed class LabelScorerTests
{
    private static readonly ModelVersion Binary =
        Samples.Manifest("churn", 1, new string('a', 64)) with { Targets = ["left"], Classes = ["no", "yes"], Task = "binary" };

    private static readonly ModelVersion Three =
        Samples.Manifest("iris", 1, new string('a', 64)) with { Targets = ["kind"], Classes = ["a", "b", "3"], Task = "multiclass" };

    [Theory]
    [InlineData("\"yes\"", 1, 0.2231435513142097, 0.08)]
    [InlineData("\"no\"", 0, 1.6094379124341003, 1.28)]
    [InlineData("{\"LEFT\":\"no\"}", 0, 1.6094379124341003, 1.28)]
    public void Of_two_classes_the_prediction_is_the_probability_of_the_second(string label, int isRight, double logLoss, double brier)
    {
        var row = Assert.Single(Score(Binary, label, ("left", 0.8)));

        Assert.Equal(("left", isRight), (row.Target, row.IsRight));
        Assert.Equal(logLoss, row.LogLoss!.Value, 12);
        Assert.Equal(brier, row.Brier!.Value, 12);
        Assert.Null(row.Error);
    }

    [Theory]
    [InlineData("\"b\"", 1, 0.6931471805599453, 0.38)]
    [InlineData("3", 0, 1.2039728043259361, 0.78)]
    public void Of_many_classes_the_most_probable_counts(string label, int isRight, double logLoss, double brier)
    {
        var row = Assert.Single(Score(Three, label, ("a", 0.2), ("b", 0.5), ("3", 0.3)));

        Assert.Equal(isRight, row.IsRight);
        Assert.Equal(logLoss, row.LogLoss!.Value, 12);
        Assert.Equal(brier, row.Brier!.Value, 12);
    }

    [Fact]
    public void A_class_that_was_held_impossible_costs_much_but_not_everything() =>
        Assert.Equal(34.538776394910684, Assert.Single(Score(Binary, "\"no\"", ("left", 1))).LogLoss!.Value, 9);

    [Fact]
    public void The_score_of_a_ranking_has_no_error()
    {
        var ranking = Samples.Manifest("hits", 1, new string('a', 64)) with { Targets = ["hit"], Task = "ranking" };

        var row = Assert.Single(Score(ranking, "2", ("hit", 0.7)));

        Assert.Equal(("2", null), (row.Label, row.Error));
    }

    [Theory]
    [InlineData("\"maybe\"")]
    [InlineData("true")]
    [InlineData("null")]
    public void What_is_no_class_is_refused(string label)
    {
        var error = Assert.Throws<MeshException>(() => Score(Binary, label, ("left", 0.8)));

        Assert.Equal($"The label of row 0 cannot be taken: expected one of the classes no, yes, found {label}.", error.Message);
    }

    private static List<LabelRow> Score(ModelVersion manifest, string label, params (string Name, double Value)[] output) =>
        [.. new LabelScorer(manifest).Score(
            new RowLabel { Label = JsonSerializer.Deserialize<JsonElement>(label) },
            output.ToDictionary(value => value.Name, value => value.Value))];
}
