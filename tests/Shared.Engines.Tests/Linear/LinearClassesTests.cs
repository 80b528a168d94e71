using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.Tests.Linear;

public sealed class LinearClassesTests
{
    [Fact]
    public void Probabilities_of_two_classes_are_those_of_class_1()
    {
        // Of 4 rows with x = 0 one is of class 1, of 4 rows with x = 1 three are: log odds -log 3 and log 3.
        using var model = GoldenLines.Train(Binary([0, 0, 0, 0, 1, 1, 1, 1], [0, 0, 0, 1, 0, 1, 1, 1]));

        var predicted = model.Predict(Data.Column(0, 1));

        Assert.Equal((ModelTask.Binary, 2, 1, 1), (model.Task, model.ClassCount, model.TargetCount, model.OutputCount));
        Assert.Equal(0.25, predicted[0, 0], 12);
        Assert.Equal(0.75, predicted[1, 0], 12);
        Assert.Equal(2 * Math.Log(3), model.Coefficients[0].Features[0].Estimate, 10);
    }

    [Fact]
    public void Probabilities_of_several_classes_add_up_to_1_and_on_the_training_rows_to_the_counts()
    {
        var data = GoldenLines.Data(ModelTask.Multiclass);
        using var model = GoldenLines.Train(data, ridge: 1);

        var predicted = model.Predict(data.Features);

        Assert.Equal((3, 1, 3), (model.ClassCount, model.TargetCount, model.OutputCount));
        Assert.All(Enumerable.Range(0, predicted.Rows), row => Assert.Equal(1, predicted.Row(row).ToArray().Sum(), 12));
        Assert.All(Enumerable.Range(0, 3), label => Assert.Equal(
            data.Targets.Values.Count(value => value == label),
            Enumerable.Range(0, predicted.Rows).Sum(row => predicted[row, label]), 8));
    }

    [Theory]
    [InlineData(new double[] { 1, 2, 3, 4 }, new double[] { 0, 0, 1, 1 })]
    [InlineData(new double[] { 1, 2, 2, 3 }, new double[] { 0, 0, 1, 1 })]
    public void Classes_told_apart_without_error_need_a_ridge(double[] feature, double[] labels)
    {
        var error = Assert.Throws<MeshException>(() => GoldenLines.Train(Binary(feature, labels)));
        using var model = GoldenLines.Train(Binary(feature, labels), ridge: 0.001);

        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Contains("set ridge above 0", error.Message, StringComparison.Ordinal);
        Assert.True(model.Predict(Data.Column(1))[0, 0] < 0.05);
    }

    [Fact]
    public void A_class_without_rows_is_refused_with_its_number()
    {
        var data = GoldenLines.Data(ModelTask.Multiclass) with { ClassCount = 5 };

        var error = Assert.Throws<MeshException>(() => GoldenLines.Train(data, ridge: 1));

        Assert.Contains("no rows of class 3, 4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_of_weight_0_count_no_more_than_absent_rows()
    {
        var data = Binary([1, 2, 3, 4, 2.5, 100], [0, 1, 0, 1, 1, 0]) with { Weights = [1, 1, 1, 1, 1, 0] };
        using var weighted = GoldenLines.Train(data, ridge: 0.1);
        using var without = GoldenLines.Train(Binary([1, 2, 3, 4, 2.5], [0, 1, 0, 1, 1]), ridge: 0.1);

        Assert.Equal(without.Predict(Data.Column(3)).Values[0], weighted.Predict(Data.Column(3)).Values[0], 12);
    }

    // Above 500 unknowns Newton's method gives way to coordinate descent; both must find the same minimum.
    [Theory]
    [InlineData(ModelTask.Binary)]
    [InlineData(ModelTask.Multiclass)]
    public void Many_unknowns_find_the_same_minimum_as_few(ModelTask task)
    {
        var few = GoldenLines.Data(task);
        var wide = Enumerable.Range(0, few.Features.Rows).SelectMany(row => (double[])[.. few.Features.Row(row), .. new double[600]]);
        var many = few with
        {
            Features = new Matrix(few.Features.Rows, 603, [.. wide]),
            ValidationFeatures = Data.NoRows(603),
        };

        using var byNewton = GoldenLines.Train(few, ridge: 1);
        using var byCoordinates = GoldenLines.Train(many, ridge: 1);

        var (expected, found) = (byNewton.Predict(few.Features).Values, byCoordinates.Predict(many.Features).Values);
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 7));
        Assert.Contains("600 features (from 0: 3, 4,", Assert.Single(byCoordinates.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ModelTask.Regression)]
    [InlineData(ModelTask.Binary)]
    [InlineData(ModelTask.Multiclass)]
    public void Contributions_and_bias_add_up_to_the_margin(ModelTask task)
    {
        using var model = Assert.IsType<IExplainedModel>(GoldenLines.Train(GoldenLines.Data(task), ridge: 1), exactMatch: false);

        var margins = model.Margins(GoldenLines.Features);
        for (var output = 0; output < margins.Columns; output++)
        {
            var parts = model.Explain(GoldenLines.Features, output);
            Assert.Equal(4, parts.Columns);
            Assert.All(Enumerable.Range(0, parts.Rows), row => Assert.Equal(margins[row, output], parts.Row(row).ToArray().Sum(), 12));
            Assert.Equal(0, Enumerable.Range(0, parts.Rows).Sum(row => parts[row, 0]), 10);
        }
    }

    private static TrainingData Binary(double[] feature, double[] labels) =>
        Data.WithoutValidation(Data.Column(feature), Data.Column(labels)) with { Task = ModelTask.Binary, ClassCount = 2 };
}
