using Skipper.Services.Data.Splits;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Tests.Splits;

public sealed class NormalizationTests
{
    [Fact]
    public void Known_values_have_known_scores()
    {
        // Squares of 2, 4, 4, 4, 5, 5, 7, 9 around their mean 5 sum to 32; divided by n - 1 = 7.
        var fitted = Normalization.Fit("x", [2, 4, 4, 4, 5, 5, 7, 9]);

        Assert.Equal((5, 2, 9), (fitted.Mean, fitted.Minimum, fitted.Maximum));
        Assert.Equal(Math.Sqrt(32.0 / 7), fitted.StandardDeviation, 1e-15);
        Assert.Equal(4 / Math.Sqrt(32.0 / 7), fitted.Apply(9), 1e-15);
        Assert.Equal(0, fitted.Apply(5));
    }

    [Fact]
    public void A_constant_column_scores_zero()
    {
        var fitted = Normalization.Fit("x", [0.1, 0.1, 0.1]);

        Assert.Equal((0.1, 1), (fitted.Mean, fitted.StandardDeviation));
        Assert.Equal(0, fitted.Apply(0.1));
    }

    [Fact]
    public void Large_offsets_cost_no_precision()
    {
        Assert.Equal(1, Normalization.Fit("x", [1e9 + 1, 1e9 + 2, 1e9 + 3]).StandardDeviation, 1e-9);
    }

    [Fact]
    public void A_range_beyond_floating_point_is_refused_with_the_column()
    {
        var exception = Assert.Throws<MeshException>(() => Normalization.Fit("x", [1e308, -1e308, 1e308]));

        Assert.Equal(ErrorCode.FailedPrecondition, exception.Code);
        Assert.Contains("Column x ranges from -1E+308 to 1E+308", exception.Message, StringComparison.Ordinal);
    }
}
