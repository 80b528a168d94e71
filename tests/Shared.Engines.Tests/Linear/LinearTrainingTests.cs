using Skipper.Shared.Engines.Linear;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.Tests.Linear;

public sealed class LinearTrainingTests
{
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
        (ModelTask Task, double Lasso)[] cases =
            [(ModelTask.Binary, 0), (ModelTask.Multiclass, 0), (ModelTask.Multiclass, 2), (ModelTask.Regression, 2)];
        foreach (var (task, lasso) in cases)
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
}
