using Skipper.Services.Data.Drift;
using Skipper.Services.Data.Profiles;
using Skipper.Services.Data.Splits;
using Skipper.Services.Data.Tables;
using Skipper.Services.Data.Tests.Features;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Tests.Drift;

public sealed class DriftTestTests
{
    [Fact]
    public void The_index_is_taken_over_the_deciles_of_the_reference()
    {
        var golden = Golden.Of("drift");
        var (reference, current) = (Numbers(golden.Numbers("reference")), Numbers(golden.Numbers("current")));

        var bins = SharedBins.Of(reference, current);

        Assert.Equal(golden.Get("bins")[0].Counts(), bins.Reference);
        Assert.Equal(golden.Get("bins")[1].Counts(), bins.Current);
        var measure = DriftTest.Measure(reference, current, DriftMethods.PopulationStability);
        Assert.Equal(golden.Number("psi"), measure.Value, 1e-12);
        Assert.Equal(DriftVerdict.Drift, measure.Verdict);
    }

    [Theory]
    [InlineData("psi")]
    [InlineData("ks")]
    public void Small_samples_of_one_distribution_do_not_cry_wolf(string method)
    {
        var random = new SplitMix64(11);
        var alarms = 0;
        var large = 0;
        for (var trial = 0; trial < 200; trial++)
        {
            var measure = DriftTest.Measure(Uniform(random, 100, 0), Uniform(random, 100, 0), method);
            alarms += measure.Verdict is DriftVerdict.Drift or DriftVerdict.Warn ? 1 : 0;
            large += measure.Value > 0.1 ? 1 : 0;
        }

        // By chance most distances are above the usual bands, and about one in twenty is beyond chance.
        Assert.InRange(large, 100, 200);
        Assert.InRange(alarms, 0, 20);
    }

    [Theory]
    [InlineData("psi")]
    [InlineData("ks")]
    [InlineData("wasserstein")]
    [InlineData("js")]
    public void Large_samples_do_not_cry_wolf_over_what_matters_to_nobody_but_see_a_shift(string method)
    {
        var random = new SplitMix64(12);
        var reference = Uniform(random, 50_000, 0);

        Assert.Equal(DriftVerdict.None, DriftTest.Measure(reference, Uniform(random, 50_000, 0.01), method).Verdict);
        Assert.Equal(DriftVerdict.Drift, DriftTest.Measure(reference, Uniform(random, 50_000, 0.3), method).Verdict);
    }

    [Fact]
    public void Texts_are_compared_by_their_shares_and_rare_ones_together()
    {
        var reference = Texts(("rain", 300), ("sun", 300), ("hail", 2), ("fog", 1));

        var same = DriftTest.Measure(reference, Texts(("rain", 290), ("sun", 308), ("snow", 2)), DriftMethods.ChiSquare);
        Assert.Equal(DriftVerdict.None, same.Verdict);
        var other = DriftTest.Measure(reference, Texts(("rain", 100), ("sun", 500)), DriftMethods.ChiSquare);
        Assert.Equal(DriftVerdict.Drift, other.Verdict);
        Assert.InRange(other.Value, 0.3, 0.5);
    }

    [Fact]
    public void Values_that_begin_to_be_missing_are_drift()
    {
        var random = new SplitMix64(13);
        var reference = Uniform(random, 5000, 0);
        var holes = Uniform(random, 5000, 0, every: 3);

        Assert.Equal(DriftVerdict.Drift, DriftTest.Measure(reference, holes, DriftMethods.PopulationStability).Verdict);
        Assert.Equal(DriftVerdict.None, DriftTest.Measure(reference, holes, DriftMethods.Wasserstein).Verdict);
    }

    [Fact]
    public void Of_a_table_each_column_is_compared_by_the_method_of_its_size()
    {
        var random = new SplitMix64(14);
        var small = new TableProfile { RowCount = 200, Columns = [Uniform(random, 200, 0), Texts(("a", 100), ("b", 100))] };
        var moved = new TableProfile { RowCount = 200, Columns = [Uniform(random, 200, 0.5), Texts(("a", 101), ("b", 99))] };
        var large = new TableProfile { RowCount = 5000, Columns = [Uniform(random, 5000, 0), Texts(("a", 2500), ("b", 2500))] };

        Assert.Equal(
            [("x", "ks", DriftVerdict.Drift), ("t", "chi_square", DriftVerdict.None)],
            DriftTest.Compare(small, moved).Select(measure => (measure.Column, measure.Method, measure.Verdict)));
        Assert.Equal(["wasserstein", "js"], DriftTest.Compare(large, large).Select(measure => measure.Method));
    }

    [Fact]
    public void Too_few_rows_say_nothing()
    {
        var measure = DriftTest.Measure(Numbers([1, 2, 3]), Numbers([7, 8, 9]), DriftMethods.KolmogorovSmirnov);

        Assert.Equal(DriftVerdict.TooFewRows, measure.Verdict);
        Assert.Contains("3 values before and 3 now are too few", measure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_method_that_does_not_suit_is_refused_with_those_that_do()
    {
        var exception = Assert.Throws<MeshException>(() => DriftTest.Measure(Numbers([1]), Numbers([1]), "chi_square"));
        Assert.Contains("psi, ks, wasserstein, js, found 'chi_square'", exception.Message, StringComparison.Ordinal);
        Assert.Throws<MeshException>(() => DriftTest.Measure(Numbers([1]), Texts(("a", 1)), "psi"));
    }

    private static ColumnProfile Uniform(SplitMix64 random, int count, double shift, int every = int.MaxValue) =>
        Numbers([.. Enumerable.Range(1, count).Select(i =>
            i % every == 0 ? double.NaN : ((random.Next() >> 11) * Math.Pow(2, -53)) + shift)]);

    private static ColumnProfile Numbers(double[] values) => Profile(new ColumnSchema("x", ColumnKind.Number), values.Length, batch =>
        values.CopyTo(batch.Numbers(0), 0));

    private static ColumnProfile Texts(params (string Text, int Count)[] texts)
    {
        var all = texts.SelectMany(text => Enumerable.Repeat(text.Text, text.Count)).ToArray();
        return Profile(new ColumnSchema("t", ColumnKind.Text), all.Length, batch => all.CopyTo(batch.Texts(0), 0));
    }

    private static ColumnProfile Profile(ColumnSchema column, int count, Action<RowBatch> fill)
    {
        var schema = new TableSchema([column]);
        var batch = new RowBatch(schema, count) { Count = count };
        fill(batch);
        var profiler = new TableProfiler(schema);
        profiler.Add(batch);
        return profiler.Finish().Columns[0];
    }
}
