using System.Text.Json;
using Skipper.Services.Training.Trainings;
using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Arrays;
using Skipper.Testing;

namespace Skipper.Services.Training.Tests.Trainings;

/// <summary>What comes from the data service, as an engine takes it.</summary>
public sealed class PreparedDataTests
{
    private const string Classes = """{"data":{"targets":["kind"],"task":"multiclass","engine":"linear"}}""";
    private const string Ranking = """{"data":{"targets":["grade"],"task":"ranking","group":"query","engine":"xgboost"}}""";

    [Fact]
    public void Classes_are_numbered_in_the_order_of_their_values()
    {
        var data = Prepare(Classes, [[7], [3], [5], [7], [3]], [[5]]);

        Assert.Equal([3, 5, 7], data.Classes);
        Assert.Equal([2, 0, 1, 2, 0], data.Train.Targets.Values);
        Assert.Equal([1], data.Test.Targets.Values);
        Assert.Equal(3, data.ForEngine(ModelTask.Multiclass, data.Train).ClassCount);
    }

    [Fact]
    public void The_weight_is_taken_out_of_the_targets()
    {
        var data = Prepare(
            """{"data":{"targets":["y"],"weight":"w","engine":"linear"}}""", [[1, 0.5], [2, 1], [3, 2], [4, 1], [5, 1]], [[1, 9]]);

        Assert.Equal([0.5, 1, 2, 1, 1], data.Train.Weights!);
        Assert.Equal([1, 2, 3, 4, 5], data.Train.Targets.Values);
        Assert.Equal(1, data.Train.Targets.Columns);
    }

    [Fact]
    public void The_rows_of_a_query_come_side_by_side_and_in_their_order()
    {
        NativeLibraries.RequireXGBoost();
        var data = Prepare(Ranking, [[0, 8], [1, 5], [2, 8], [3, 5], [1, 8]], [[1, 1]]);

        Assert.Equal([2, 3], data.Train.Groups!);
        Assert.Equal([1, 3, 0, 2, 1], data.Train.Targets.Values);
        Assert.Equal([1, 3, 0, 2, 4], data.Train.Features.Values);
        var second = data.Train.Take([1]);
        Assert.Equal([3], second.Groups!);
        Assert.Equal([0, 2, 1], second.Targets.Values);
    }

    [Theory]
    [InlineData(Classes, 1, 1, 1, "has the same value (1) in all 5 training rows")]
    [InlineData(Classes, 1, 2.5, 1, "must have whole numbers for classes, has 2.5")]
    [InlineData(Classes, 1, 2, 9, "classes without any training row (9)")]
    [InlineData("""{"data":{"targets":["kind"],"task":"binary","engine":"linear"}}""", 1, 2, 3,
        "has 3 classes (1, 2, 3), allowed for the task binary are 2")]
    public void Classes_that_cannot_be_told_apart_are_refused(string request, double one, double other, double inTest, string reason) =>
        Assert.Contains(
            reason, Refused(request, [[one], [other], [one], [other], [one]], [[inTest]]).Message, StringComparison.Ordinal);

    [Fact]
    public void More_classes_than_allowed_are_refused_with_their_number()
    {
        double[][] rows = [.. Enumerable.Range(0, 101).Select(kind => new double[] { kind })];

        Assert.Contains("has 101 classes (0, 1, 2, 3, 4, ...), allowed for the task multiclass are 100",
            Refused(Classes, rows, [[1]]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_values_are_kept_where_they_are_asked_for_and_a_column_without_any_value_is_refused()
    {
        NativeLibraries.RequireXGBoost();
        const string Keeps = """{"data":{"targets":["y"],"missing":"keep","engine":"xgboost"}}""";
        double[][] targets = [[1], [2], [3], [4], [5]];
        var some = new Matrix(5, 1, [1, double.NaN, 3, 4, 5]);

        Assert.True(double.IsNaN(Prepare(Keeps, targets, [[1]], some).Train.Features.Values[1]));
        Assert.Contains(
            "Column 'x' is missing in all 5 training rows",
            Refused(Keeps, targets, [[1]], new Matrix(5, 1, [.. Enumerable.Repeat(double.NaN, 5)])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "Column 'x' has a value that is missing",
            Refused("""{"data":{"targets":["y"],"engine":"linear"}}""", targets, [[1]], some).Message,
            StringComparison.Ordinal);
    }

    private static MeshException Refused(string request, double[][] train, double[][] others, Matrix? features = null)
    {
        var error = Assert.Throws<MeshException>(() => Prepare(request, train, others, features));
        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        return error;
    }

    /// <summary>Feature x is the number of the row, unless given.</summary>
    private static PreparedData Prepare(string request, double[][] train, double[][] others, Matrix? features = null)
    {
        var plan = TrainingPlan.Create(
            JsonSerializer.Deserialize<TrainModel>(request, MessageJson.Options)!, EngineCatalog.CreateDefault());
        var split = Samples.Split(plan.Split.Data!.Targets!, train.Length);
        return PreparedData.Create(plan, split, new SplitArrays(Part(train, features), Part(others, null), Part(others, null)));
    }

    private static PartArrays Part(double[][] targets, Matrix? features) => new(
        features ?? new Matrix(targets.Length, 1, [.. Enumerable.Range(0, targets.Length).Select(row => (double)row)]),
        new Matrix(targets.Length, targets[0].Length, [.. targets.SelectMany(row => row)]));
}
