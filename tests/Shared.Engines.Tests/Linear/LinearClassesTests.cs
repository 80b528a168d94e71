using System.Text;
using Skipper.Shared.Engines.Linear;
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

    [Theory]
    [InlineData(ModelTask.Regression, 1)]
    [InlineData(ModelTask.Binary, 0)]
    public void Training_stops_within_the_round_in_which_it_is_cancelled(ModelTask task, double lasso)
    {
        var data = GoldenLines.Data(task);
        using var cancellation = new CancellationTokenSource();
        var metrics = new List<TrainingMetric>();
        var watch = new TrainingWatch
        {
            Metric = metric =>
            {
                metrics.Add(metric);
                cancellation.Cancel();
            },
        };
        var engine = new LinearEngine();
        var parameters = new Dictionary<string, double> { ["lasso"] = lasso };

        Assert.ThrowsAny<OperationCanceledException>(
            () => engine.Train(data, EngineCatalog.Complete(engine, parameters), 1, watch, cancellation.Token));

        var metric = Assert.Single(metrics);
        Assert.Equal((0, 0, "train", "loss"), (metric.Target, metric.Round, metric.Part, metric.Name));
    }

    [Fact]
    public void The_loss_of_a_training_never_rises()
    {
        foreach (var (task, lasso) in new[] { (ModelTask.Binary, 0), (ModelTask.Multiclass, 0), (ModelTask.Multiclass, 2), (ModelTask.Regression, 2) })
        {
            var losses = new List<double>();
            var engine = new LinearEngine();
            var parameters = new Dictionary<string, double> { ["lasso"] = lasso };
            engine.Train(
                GoldenLines.Data(task, isWeighted: true), EngineCatalog.Complete(engine, parameters), 1,
                new TrainingWatch { Metric = metric => losses.Add(metric.Value) }, TestContext.Current.CancellationToken);

            Assert.True(losses.Count > 3);
            Assert.All(losses.Zip(losses.Skip(1)), pair => Assert.True(pair.Second <= pair.First + 1e-12));
        }
    }

    [Fact]
    public void A_training_that_ran_out_of_rounds_says_so()
    {
        using var model = GoldenLines.Train(GoldenLines.Data(ModelTask.Regression), lasso: 1, rounds: 2);

        Assert.Contains("Stopped after 2 rounds", Assert.Single(model.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ModelTask.Regression, 0)]
    [InlineData(ModelTask.Regression, 1)]
    [InlineData(ModelTask.Binary, 0)]
    [InlineData(ModelTask.Multiclass, 1)]
    public void Dependent_and_constant_features_are_said_and_predict_the_same(ModelTask task, double lasso)
    {
        // Given the golden features, then 7 everywhere, then twice the first less the third.
        var plain = GoldenLines.Data(task);
        var wide = Enumerable.Range(0, plain.Features.Rows).SelectMany(row =>
            (double[])[.. plain.Features.Row(row), 7, (2 * plain.Features[row, 0]) - plain.Features[row, 2]]);
        var data = plain with { Features = new Matrix(plain.Features.Rows, 5, [.. wide]), ValidationFeatures = Data.NoRows(5) };

        // When
        using var expected = GoldenLines.Train(plain, lasso: lasso);
        using var model = GoldenLines.Train(data, lasso: lasso);

        // Then
        Assert.Equal(2, model.Notes.Count);
        Assert.StartsWith("1 features (from 0: 3) never change", model.Notes[0], StringComparison.Ordinal);
        Assert.StartsWith("1 features (from 0: 4) depend linearly", model.Notes[1], StringComparison.Ordinal);
        Assert.All(model.Coefficients, table => Assert.All(table.Features, feature => Assert.Null(feature.StandardError)));
        if (lasso == 0)
        {
            var pairs = expected.Predict(plain.Features).Values.Zip(model.Predict(data.Features).Values);
            Assert.All(pairs, pair => Assert.Equal(pair.First, pair.Second, 8));
        }
    }

    [Fact]
    public void A_constant_feature_leaves_the_others_their_errors()
    {
        var plain = GoldenLines.Data(ModelTask.Binary);
        var wide = Enumerable.Range(0, plain.Features.Rows).SelectMany(row => (double[])[0.1, .. plain.Features.Row(row)]);
        var data = plain with { Features = new Matrix(plain.Features.Rows, 4, [.. wide]), ValidationFeatures = Data.NoRows(4) };

        using var expected = GoldenLines.Train(plain);
        using var model = GoldenLines.Train(data);

        var (line, found) = (expected.Coefficients[0].Features, model.Coefficients[0].Features);
        Assert.Equal((0, null), (found[0].Estimate, found[0].StandardError));
        Assert.All(line.Zip(found.Skip(1)), pair => Assert.Equal(pair.First.StandardError!.Value, pair.Second.StandardError!.Value, 10));
    }

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e300)]
    public void A_feature_that_cannot_be_squared_is_refused_with_its_number(double value)
    {
        var data = Data.WithoutValidation(new Matrix(2, 2, [1, value, 2, 3]), Data.Column(1, 2));

        var error = Assert.Throws<MeshException>(() => GoldenLines.Train(data));

        Assert.Contains("Feature 1 (from 0)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_of_the_first_version_still_loads()
    {
        const string File =
            """{"format":"skipper-linear","version":1,"features":2,"intercepts":[1,2],"coefficients":[[3,4],[5,6]]}""";

        using var model = Assert.IsType<IExplainedModel>(new LinearEngine().Load(Encoding.UTF8.GetBytes(File)), exactMatch: false);

        var row = new Matrix(1, 2, [10, 100]);
        Assert.Equal((ModelTask.Regression, 0, 2), (model.Task, model.ClassCount, model.TargetCount));
        Assert.Equal([431, 652], model.Predict(row).Values);
        Assert.Equal([50, 600, 2], model.Explain(row, 1).Values);
        Assert.Null(Assert.IsType<ICoefficientModel>(model, exactMatch: false).Coefficients[0].Intercept.StandardError);
    }

    [Theory]
    [InlineData("\"task\":\"ranking\"")]
    [InlineData("\"task\":\"nonsense\"")]
    [InlineData("\"task\":null")]
    [InlineData("\"task\":\"binary\",\"class_count\":3")]
    [InlineData("\"task\":\"multiclass\",\"class_count\":2")]
    [InlineData("\"feature_means\":[1,2]")]
    [InlineData("\"feature_means\":[1e999]")]
    [InlineData("\"statistics\":[{},{}]")]
    [InlineData("\"statistics\":[null]")]
    [InlineData("\"statistics\":null")]
    [InlineData("\"statistics\":[{\"standard_errors\":[1]}]")]
    [InlineData("\"statistics\":[{\"standard_errors\":[1,-1]}]")]
    [InlineData("\"statistics\":[{\"standard_errors\":[1,1],\"degrees_of_freedom\":0}]")]
    [InlineData("\"notes\":null")]
    public void A_file_whose_parts_do_not_fit_is_refused(string member)
    {
        var file = $$"""{"format":"skipper-linear","version":2,"features":1,"intercepts":[1],"coefficients":[[1]],{{member}}}""";

        Assert.Throws<InvalidDataException>(() => new LinearEngine().Load(Encoding.UTF8.GetBytes(file)));
    }

    private static TrainingData Binary(double[] feature, double[] labels) =>
        Data.WithoutValidation(Data.Column(feature), Data.Column(labels)) with { Task = ModelTask.Binary, ClassCount = 2 };
}
