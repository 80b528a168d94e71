using Skipper.Services.Data.Profiles;
using Skipper.Services.Data.Splits;
using Skipper.Services.Data.Tests.Features;

namespace Skipper.Services.Data.Tests.Profiles;

public sealed class QuantileSketchTests
{
    [Fact]
    public void Quantiles_of_few_values_are_those_of_numpy()
    {
        var golden = Golden.Of("statistics");
        var sketch = Of(golden.Numbers("values"));

        var shares = golden.Numbers("shares");
        var expected = golden.Numbers("quantiles");
        for (var i = 0; i < shares.Length; i++)
        {
            Assert.Equal(expected[i], sketch.Values.Quantile(shares[i]), 1e-9);
        }
    }

    [Fact]
    public void Of_a_million_values_ranks_are_off_by_little_and_memory_is_bounded()
    {
        var order = Enumerable.Range(0, 1_000_000).ToArray();
        new SplitMix64(5).Shuffle(order);
        var sketch = Of(order.Select(value => (double)value));

        Assert.Equal((1_000_000, 1_000_000), (sketch.Count, sketch.Values.Count));
        Assert.InRange(sketch.Values.Values.Length, 2048, 8192);
        foreach (var share in (double[])[0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99])
        {
            Assert.Equal(share, sketch.Values.Quantile(share) / 1e6, 2e-3);
            Assert.Equal(share, sketch.Values.ShareUpTo(share * 1e6), 2e-3);
        }
    }

    [Fact]
    public void Parts_put_together_say_what_the_whole_says()
    {
        var whole = new QuantileSketch(256);
        for (var part = 0; part < 50; part++)
        {
            var sketch = new QuantileSketch(256);
            for (var i = 0; i < 400; i++)
            {
                sketch.Add((i * 50) + part);
            }

            whole.Merge(sketch);
        }

        Assert.Equal(20_000, whole.Values.Count);
        Assert.False(whole.IsExact);
        Assert.InRange(whole.Values.Values.Length, 128, 1024);
        Assert.Equal(10_000, whole.Values.Quantile(0.5), 300.0);
    }

    [Fact]
    public void The_same_values_give_the_same_sketch()
    {
        var values = Enumerable.Range(0, 50_000).Select(i => Math.Sin(i)).ToList();

        Assert.Equal(Of(values).Values.Values, Of(values).Values.Values);
    }

    [Fact]
    public void No_values_have_no_quantile()
    {
        Assert.Equal(double.NaN, Of([double.NaN]).Values.Quantile(0.5));
        Assert.Equal(0, Of([]).Values.CountUpTo(1));
    }

    private static QuantileSketch Of(IEnumerable<double> values)
    {
        var sketch = new QuantileSketch();
        foreach (var value in values)
        {
            sketch.Add(value);
        }

        return sketch;
    }
}
