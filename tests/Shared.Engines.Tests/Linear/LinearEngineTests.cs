using System.Text;
using Skipper.Shared.Engines.Linear;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.Tests.Linear;

public sealed class LinearEngineTests
{
    private readonly LinearEngine _engine = new();

    // x = 1, 2, 3 and y = 2, 4, 9 have means 2 and 5, Sxx = 2, Sxy = 7: slope 7 / (2 + ridge), intercept 5 - 2 * slope.
    [Theory]
    [InlineData(0, 3.5)]
    [InlineData(1, 7.0 / 3)]
    [InlineData(12, 0.5)]
    public void Ridge_regression_matches_values_computed_by_hand(double ridge, double slope)
    {
        using var model = Train(Data.WithoutValidation(Data.Column(1, 2, 3), Data.Column(2, 4, 9)), ridge);

        var predictions = model.Predict(Data.Column(0, 10));

        Assert.Equal(5 - (2 * slope), predictions[0, 0], 10);
        Assert.Equal(5 + (8 * slope), predictions[1, 0], 10);
    }

    [Fact]
    public void The_intercept_is_not_penalized()
    {
        var data = Data.WithoutValidation(Data.Column(1, 2, 3), Data.Column(1001, 1002, 1003));

        using var model = Train(data, ridge: 1e12);

        Assert.Equal(1002, model.Predict(Data.Column(2))[0, 0], 6);
    }

    [Fact]
    public void Several_targets_are_solved_each_on_its_own()
    {
        var features = new Matrix(4, 2, [1, 0, 0, 1, 1, 1, 2, 3]);
        var targets = new Matrix(4, 2, [3, -1, 4, 2, 6, 1, 14, 4]);

        using var model = Train(Data.WithoutValidation(features, targets), ridge: 0);

        var predictions = model.Predict(features);
        Assert.Equal((2, 2), (model.FeatureCount, model.TargetCount));
        for (var i = 0; i < targets.Values.Length; i++)
        {
            Assert.Equal(targets.Values[i], predictions.Values[i], 10);
        }
    }

    [Fact]
    public void Dependent_columns_and_fewer_rows_than_columns_give_finite_predictions()
    {
        var features = new Matrix(2, 3, [1, 2, 1, 2, 4, 2]);

        using var model = Train(Data.WithoutValidation(features, Data.Column(1, 3)), ridge: 0);

        var predictions = model.Predict(features);
        Assert.Equal(1, predictions[0, 0], 9);
        Assert.Equal(3, predictions[1, 0], 9);
    }

    [Fact]
    public void A_constant_column_has_no_influence()
    {
        var features = new Matrix(3, 2, [1, 7, 2, 7, 3, 7]);

        using var model = Train(Data.WithoutValidation(features, Data.Column(2, 4, 6)), ridge: 0);

        Assert.Equal(8, model.Predict(new Matrix(1, 2, [4, 7]))[0, 0], 10);
    }

    [Fact]
    public void The_same_data_give_the_same_bytes_and_a_loaded_model_the_same_bits()
    {
        var data = Data.Nonlinear(200);
        var file = TrainFile(data, 0.001);

        using var first = _engine.Load(file);
        using var second = _engine.Load(TrainFile(data, 0.001));

        Assert.Equal(file, TrainFile(data, 0.001));
        Assert.Equal(first.Predict(data.Features).Values, second.Predict(data.Features).Values);
    }

    [Fact]
    public void A_row_of_the_wrong_width_is_refused()
    {
        using var model = Train(Data.WithoutValidation(Data.Column(1, 2), Data.Column(1, 2)), 0);

        var error = Assert.Throws<ArgumentException>(() => model.Predict(new Matrix(1, 2, [1, 2])));

        Assert.Contains("expects 1 features per row, found 2", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense", "skipper-linear")]
    [InlineData("null", "skipper-linear")]
    [InlineData("""{"format":"other","version":1,"features":1,"intercepts":[1],"coefficients":[[1]]}""", "found format 'other'")]
    [InlineData("""{"format":"skipper-linear","version":3,"features":1,"intercepts":[1],"coefficients":[[1]]}""", "version 3")]
    [InlineData("""{"format":"skipper-linear","version":1,"features":2,"intercepts":[1],"coefficients":[[1]]}""", "2 coefficients")]
    [InlineData("""{"format":"skipper-linear","version":1,"features":1,"intercepts":[1],"coefficients":[null]}""", "1 coefficients")]
    public void A_file_that_is_no_such_model_is_refused(string text, string reason)
    {
        var error = Assert.Throws<InvalidDataException>(() => _engine.Load(Encoding.UTF8.GetBytes(text)));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Training_stops_when_cancelled() => Assert.Throws<OperationCanceledException>(() => _engine.Train(
        Data.Nonlinear(20), EngineCatalog.Complete(_engine, null), 1, TrainingWatch.None, new CancellationToken(canceled: true)));

    [Fact]
    public void Targets_that_do_not_match_the_features_are_refused() => Assert.Throws<ArgumentException>(
        () => TrainFile(Data.WithoutValidation(Data.Column(1, 2), Data.Column(1)), 0));

    private ITrainedModel Train(TrainingData data, double ridge) => _engine.Load(TrainFile(data, ridge));

    private byte[] TrainFile(TrainingData data, double ridge) => _engine.Train(
        data,
        EngineCatalog.Complete(_engine, new Dictionary<string, double> { ["ridge"] = ridge }),
        seed: 1,
        TrainingWatch.None,
        TestContext.Current.CancellationToken);
}
