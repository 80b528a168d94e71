using Skipper.Services.Data.Sources.Scorecards;

namespace Skipper.Services.Data.Tests.Sources;

public sealed class AgreementTests
{
    [Fact]
    public void Differences_are_added_up()
    {
        var agreement = new Agreement(isAngle: false);
        (double First, double Second)[] pairs = [(1, 2), (2, 4), (3, 5), (4, 4)];
        foreach (var (first, second) in pairs)
        {
            agreement.Add(first, second);
        }

        Assert.Equal((4L, 1.25, 1.5, -1.25), (agreement.Count, agreement.MeanAbsoluteError, agreement.RootMeanSquareError, agreement.Bias));

        // numpy.corrcoef([1, 2, 3, 4], [2, 4, 5, 4])[0, 1]
        Assert.Equal(0.7181848464596079, agreement.Correlation!.Value, 1e-12);
    }

    [Fact]
    public void Angles_are_compared_the_shorter_way_round()
    {
        var agreement = new Agreement(isAngle: true);
        agreement.Add(350, 10);
        agreement.Add(10, 350);

        Assert.Equal((20.0, 0.0, null), (agreement.MeanAbsoluteError, agreement.Bias, agreement.Correlation));
    }

    [Fact]
    public void A_series_that_never_changes_has_no_correlation()
    {
        var agreement = new Agreement(isAngle: false);
        agreement.Add(1, 5);
        agreement.Add(1, 6);

        Assert.Null(agreement.Correlation);
    }
}
