using System.Text.Json;
using Skipper.Services.Data.Drift;
using Skipper.Services.Data.Profiles;
using Skipper.Services.Data.Tests.Features;
using Skipper.Shared.Engines.Statistics;

namespace Skipper.Services.Data.Tests.Drift;

public sealed class DistancesTests
{
    private const double Close = 1e-12;

    private static JsonElement Expected => Golden.Of("drift");

    [Fact]
    public void Distances_of_values_are_those_of_scipy()
    {
        var (reference, current) = (Values("reference"), Values("current"));

        var distance = Distances.KolmogorovSmirnov(reference, current);
        Assert.Equal(Expected.Number("ks"), distance, Close);
        Assert.Equal(Expected.Number("wasserstein"), Distances.Wasserstein(reference, current), Close);
        Assert.Equal(Expected.Number("ks_probability"), Probability.KolmogorovSmirnovTail(distance, 180, 140), Close);
    }

    [Fact]
    public void Distances_of_counts_are_those_of_scipy()
    {
        var (reference, current) = (Expected.Get("bins")[0].Counts(), Expected.Get("bins")[1].Counts());

        Assert.Equal(Expected.Number("psi"), PopulationStability.Index(reference, current), Close);
        Assert.Equal(Expected.Number("js"), Distances.JensenShannon(reference, current), Close);
        AssertChiSquare("chi_square", reference, current);
        AssertChiSquare("texts_chi_square", Expected.Get("texts")[0].Counts(), Expected.Get("texts")[1].Counts());
    }

    [Fact]
    public void A_distribution_is_no_distance_from_itself_and_all_from_another()
    {
        Assert.Equal(0, PopulationStability.Index([5, 0, 7], [10, 0, 14]));
        Assert.Equal(0, Distances.JensenShannon([5, 0, 7], [10, 0, 14]));
        Assert.Equal(1, Distances.JensenShannon([5, 0], [0, 7]));
        Assert.Equal(1, Distances.KolmogorovSmirnov(Of([1, 2]), Of([3, 4])));
        Assert.Equal(2, Distances.Wasserstein(Of([1, 2]), Of([3, 4])));
        Assert.Equal(0, Distances.KolmogorovSmirnov(Of([1, 1, 2]), Of([1, 1, 2])));
    }

    [Fact]
    public void A_bin_that_was_empty_makes_a_large_index_but_no_infinity() =>
        Assert.InRange(PopulationStability.Index([100, 0], [50, 50]), 1, 10);

    [Fact]
    public void Tails_are_those_of_scipy()
    {
        foreach (var tail in Expected.Get("chi_square_tails").EnumerateArray())
        {
            var probability = tail[2].GetDouble();
            Assert.Equal(probability, ChiSquare.Tail(tail[0].GetDouble(), tail[1].GetInt32()), 1e-9 * probability);
        }

        // With n and m so large that the correction for small samples is nothing.
        foreach (var tail in Expected.Get("kolmogorov_tails").EnumerateArray())
        {
            const long Many = 2_000_000_000_000;
            var distance = tail[0].GetDouble() / 1e6;
            Assert.Equal(tail[1].GetDouble(), Probability.KolmogorovSmirnovTail(distance, Many, Many), 1e-6);
        }
    }

    [Fact]
    public void Holm_multiplies_the_smallest_most_and_keeps_the_order() =>
        Assert.Equal([0.06, 0.03, 0.06, 1], Probability.Holm([0.03, 0.0075, 0.02, 1]), (a, b) => Math.Abs(a - b) < Close);

    private static void AssertChiSquare(string name, long[] reference, long[] current)
    {
        var (statistic, freedom) = Distances.ChiSquare(reference, current);
        Assert.Equal(Expected.Get(name)[0].GetDouble(), statistic, 1e-10);
        Assert.Equal(Expected.Get(name)[1].GetInt32(), freedom);
        Assert.Equal(Expected.Get(name)[2].GetDouble(), ChiSquare.Tail(statistic, freedom), 1e-12);
    }

    private static WeightedValues Values(string name) => Of(Expected.Numbers(name));

    private static WeightedValues Of(double[] values) => WeightedValues.Sort([[.. values]]);
}
