using Skipper.Services.Training.Trainings;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Training.Tests.Trainings;

public sealed class FoldsTests
{
    [Fact]
    public void Each_row_is_in_one_fold_and_folds_are_of_the_same_size()
    {
        var folds = Folds.Divide(23, 5, seed: 4);

        Assert.Equal(Enumerable.Range(0, 23), folds.SelectMany(fold => fold).Order());
        Assert.Equal([4, 4, 5, 5, 5], folds.Select(fold => fold.Length).Order());
        Assert.All(folds, fold => Assert.Equal(fold.Order(), fold));
    }

    [Fact]
    public void The_same_seed_gives_the_same_folds_and_another_one_others()
    {
        Assert.Equal(Folds.Divide(50, 3, 1), Folds.Divide(50, 3, 1));
        Assert.NotEqual(Folds.Divide(50, 3, 1), Folds.Divide(50, 3, 2));
    }

    [Fact]
    public void Folds_of_fewer_than_two_rows_are_refused() =>
        Assert.Equal(ErrorCode.InvalidArgument, Assert.Throws<MeshException>(() => Folds.Divide(9, 5, 1)).Code);

    // scipy.stats.t.interval(0.95, 4, loc=3, scale=scipy.stats.sem([1, 2, 3, 4, 5]))
    [Fact]
    public void The_mean_over_folds_has_the_interval_of_students_t()
    {
        var folds = Enumerable.Range(1, 5).Select(value => (IReadOnlyList<MetricValue>)[Rmse(value)]).ToArray();

        var mean = Assert.Single(Folds.Summarize(folds));

        Assert.Equal(("held_out", "y", "rmse", 3.0), (mean.Part, mean.Target, mean.Name, mean.Value));
        Assert.Equal(1.036756838522439, mean.Low!.Value, 1e-9);
        Assert.Equal(4.963243161477561, mean.High!.Value, 1e-9);
    }

    private static MetricValue Rmse(double value) => new() { Part = "held_out", Target = "y", Name = "rmse", Value = value };
}
