using Skipper.Services.Data.Profiles;
using Skipper.Services.Data.Tests.Features;

namespace Skipper.Services.Data.Tests.Profiles;

public sealed class MomentsTests
{
    [Fact]
    public void They_are_those_of_numpy_also_far_from_zero()
    {
        var golden = Golden.Of("statistics");
        var moments = Of(golden.Numbers("values"));

        Assert.Equal(golden.Number("mean"), moments.Mean, 1e-9);
        Assert.Equal(golden.Number("sum"), moments.Sum);
        Assert.Equal(golden.Number("std_1"), moments.StandardDeviation(), 1e-9);
        Assert.Equal(golden.Number("std_0"), moments.StandardDeviation(ddof: 0), 1e-9);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(60)]
    public void Two_lots_put_together_are_one(int first)
    {
        var values = Golden.Of("statistics").Numbers("values");

        var together = Of(values[..first]);
        together.Merge(Of(values[first..]));

        var whole = Of(values);
        Assert.Equal((60, whole.Minimum, whole.Maximum), (together.Count, together.Minimum, together.Maximum));
        Assert.Equal(whole.Mean, together.Mean, 1e-9);
        Assert.Equal(whole.StandardDeviation(), together.StandardDeviation(), 1e-9);
        Assert.Equal(whole.Sum, together.Sum, 1e-9);
    }

    [Fact]
    public void A_missing_value_changes_nothing_and_none_has_no_mean()
    {
        var moments = Of([double.NaN, 3, double.NaN]);

        Assert.Equal((1, 3, 3), (moments.Count, moments.Mean, moments.Sum));
        Assert.Equal(double.NaN, moments.StandardDeviation());
        Assert.Equal(0, moments.StandardDeviation(ddof: 0));
        Assert.Equal((0, double.NaN, 0), (Of([]).Count, Of([]).Mean, Of([]).Sum));
    }

    [Fact]
    public void What_a_plain_sum_loses_is_kept() => Assert.Equal(2, Of([1, 1e100, 1, -1e100]).Sum);

    private static Moments Of(double[] values)
    {
        var moments = new Moments();
        foreach (var value in values)
        {
            moments.Add(value);
        }

        return moments;
    }
}
