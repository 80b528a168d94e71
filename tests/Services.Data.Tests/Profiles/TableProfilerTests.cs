using System.Text.Json;
using Skipper.Services.Data.Profiles;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Data.Tests.Profiles;

public sealed class TableProfilerTests
{
    private static readonly TableSchema Schema = new(
        [new("n", ColumnKind.Integer), new("city", ColumnKind.Text), new("at", ColumnKind.Timestamp)]);

    [Fact]
    public void Columns_are_described_over_all_batches()
    {
        var profiler = new TableProfiler(Schema);
        var batch = new RowBatch(Schema, 5);
        Fill(batch, 0, [0, 1, 2, 3, double.NaN]);
        profiler.Add(batch);
        Fill(batch, 5, [4, 5, 6, 7, 8]);
        profiler.Add(batch);

        var profile = profiler.Finish();

        var n = profile.Find("N")!;
        Assert.Equal((10, "integer", 10, 1), (profile.RowCount, n.Type, n.RowCount, n.MissingCount));
        Assert.Equal((4, 0, 8), (n.Numbers!.Mean, n.Numbers.Minimum, n.Numbers.Maximum));
        Assert.Equal(Math.Sqrt(60.0 / 8), n.Numbers.StandardDeviation!.Value, 1e-12);
        Assert.Equal(4, n.Numbers.Quantiles.Single(quantile => quantile.Share == 0.5).Value);
        Assert.Equal((24, 9), (n.Numbers.Histogram.Count, n.Numbers.Histogram.Sum(bin => bin.Count)));
        Assert.Equal((0, 8), (n.Numbers.Histogram[0].From, n.Numbers.Histogram[^1].To));
        var city = profile.Find("city")!.Texts!;
        Assert.Equal((2, 0), (city.Distinct, city.Other));
        Assert.Equal([new CategoryCount("even", 5), new CategoryCount("odd", 5)], city.Categories);
        Assert.Equal((0, 9), (profile.Find("at")!.Numbers!.Minimum, profile.Find("at")!.Numbers!.Maximum));
    }

    [Fact]
    public void A_profile_survives_being_written_down()
    {
        var profiler = new TableProfiler(Schema);
        var batch = new RowBatch(Schema, 3);
        Fill(batch, 0, [1.5, double.NaN, 2.5]);
        profiler.Add(batch);
        var profile = profiler.Finish();

        var read = JsonSerializer.Deserialize<TableProfile>(JsonSerializer.Serialize(profile, MessageJson.Options), MessageJson.Options);

        Assert.Equivalent(profile, read, strict: true);
        Assert.Equal(2, read!.Columns[0].Numbers!.Distribution.Count);
    }

    [Fact]
    public void An_empty_table_has_no_statistics()
    {
        var profile = new TableProfiler(Schema).Finish();

        Assert.Null(profile.Columns[0].Numbers!.Mean);
        Assert.Empty(profile.Columns[0].Numbers!.Histogram);
        Assert.Equal(0, profile.Columns[1].Texts!.Distinct);
    }

    [Fact]
    public void Texts_without_end_are_counted_in_bounded_memory()
    {
        var counts = new CategoryCounts();
        for (var i = 0; i < 5000; i++)
        {
            counts.Add($"text {i % 2500}");
        }

        Assert.Equal((5000, CategoryCounts.Capacity, 3000), (counts.Count, counts.Counts.Count, counts.Other));
        Assert.Equal(2, counts.Counts["text 999"]);
    }

    private static void Fill(RowBatch batch, int first, double[] numbers)
    {
        batch.Count = numbers.Length;
        for (var row = 0; row < numbers.Length; row++)
        {
            batch.Numbers(0)[row] = numbers[row];
            batch.Texts(1)[row] = (first + row) % 2 == 0 ? "even" : "odd";
            batch.Times(2)[row] = (first + row) * 1_000_000L;
        }
    }
}
