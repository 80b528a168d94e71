using Skipper.Services.Serving.Drift;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Serving.Tests.Drift;

public sealed class DriftJudgeTests
{
    private const int Columns = 13;
    private const int Fewest = 1000;

    /// <summary>What columns look like: a bell, a long tail, whole numbers, zeros and ones, gaps.</summary>
    private static readonly Func<Random, double>[] Kinds =
    [
        TrainingPart.Normal,
        random => Math.Exp(TrainingPart.Normal(random)),
        random => random.Next(1, 25),
        random => random.NextDouble() < 0.07 ? 1 : 0,
        random => random.NextDouble() < 0.2 ? double.NaN : TrainingPart.Normal(random),
    ];

    [Theory]
    [InlineData(404)]
    [InlineData(20_000)]
    public void Twenty_runs_without_drift_raise_no_alarm(int trained)
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var random = new Random(seed);
            foreach (var kind in Kinds)
            {
                var reference = TrainingPart.Reference(Draw(random, trained, kind));
                foreach (var rows in new[] { Fewest, 5000 })
                {
                    var verdict = Judge(reference, Draw(random, rows, kind)).Drift;
                    Assert.True(verdict.Verdict == "none", $"seed {seed}: {verdict.Reason}");
                    Assert.InRange(verdict.Probability!.Value, 1e-3, 1);
                }
            }
        }
    }

    [Fact]
    public void A_shifted_column_drifts_from_a_thousand_rows_on_and_not_before()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var random = new Random(seed);
            var reference = TrainingPart.Reference(Draw(random, 404, TrainingPart.Normal));
            var shifted = Draw(random, Fewest, source => TrainingPart.Normal(source) + 1);

            var drift = Judge(reference, shifted).Drift;
            Assert.True(drift is { Verdict: "drift", Value: > 0.5, Probability: < 1e-9 }, drift.Reason);
            Assert.Equal("too_few_rows", Judge(reference, shifted[..^1]).Drift.Verdict);
        }
    }

    [Fact]
    public void What_was_never_missing_and_is_now_drifts_and_the_shares_are_told()
    {
        var random = new Random(1);
        var reference = TrainingPart.Reference(Draw(random, 2000, TrainingPart.Normal));

        var judged = Judge(reference, Draw(random, 2000, source => source.NextDouble() < 0.1 ? double.NaN : TrainingPart.Normal(source)));

        Assert.Equal("drift", judged.Drift.Verdict);
        Assert.Equal(0, judged.ReferenceMissingShare);
        Assert.InRange(judged.MissingShare, 0.08, 0.12);
        Assert.Equal(2000 * (1 - judged.MissingShare), judged.Bins.Sum(bin => bin.Count), 6);
    }

    [Fact]
    public void Zeros_that_become_ones_drift_and_so_does_a_constant_that_moves()
    {
        var random = new Random(1);
        var flags = TrainingPart.Reference(Draw(random, 1000, Kinds[3]));
        Assert.Equal("drift", Judge(flags, Draw(random, 1000, source => source.Next(2))).Drift.Verdict);

        var constant = TrainingPart.Reference(Enumerable.Repeat(7.0, 1000));
        Assert.Equal("none", Judge(constant, Enumerable.Repeat(7.0, 1000)).Drift.Verdict);
        Assert.Equal("drift", Judge(constant, Enumerable.Repeat(7.1, 1000)).Drift.Verdict);
    }

    [Fact]
    public void A_training_part_of_few_rows_has_a_higher_threshold()
    {
        var random = new Random(1);
        var few = Judge(TrainingPart.Reference(Draw(random, 40, TrainingPart.Normal)), Draw(random, Fewest, TrainingPart.Normal)).Drift;
        var many = Judge(TrainingPart.Reference(Draw(random, 4000, TrainingPart.Normal)), Draw(random, Fewest, TrainingPart.Normal)).Drift;

        // (1/40 + 1/1000) times what chi-square with 9 degrees of freedom exceeds with a chance of 0.001 / 13, where 33.72 is for 0.0001.
        Assert.InRange(few.Threshold, 0.026 * 33.72, 0.026 * 35);
        Assert.Equal(0.25, many.Threshold);
    }

    [Fact]
    public void The_index_is_the_sum_over_bins_and_empty_bins_are_no_bins()
    {
        var reference = TrainingPart.Reference([.. Enumerable.Repeat(0.0, 500), .. Enumerable.Repeat(1.0, 500)]);

        var drift = Judge(reference, [.. Enumerable.Repeat(0.0, 250), .. Enumerable.Repeat(1.0, 750)]).Drift;

        Assert.Equal((-0.25 * Math.Log(0.5)) + (0.25 * Math.Log(1.5)), drift.Value, 1e-12);
        Assert.Equal("drift", drift.Verdict);
    }

    [Fact]
    public void Nothing_is_said_without_rows_of_the_training_part()
    {
        var empty = NumberReference.Of(
            new ReferenceDistribution { Name = "x", Edges = [], Counts = [], MissingShare = 0 }, place: 0, tolerance: 0);

        Assert.Equal("too_few_rows", Judge(empty, Enumerable.Repeat(1.0, 2000)).Drift.Verdict);
    }

    private static FeatureDrift Judge(ColumnReference reference, IEnumerable<double> values) =>
        DriftJudge.Judge(reference, TrainingPart.Count(reference, values), Columns, Fewest);

    private static double[] Draw(Random random, int rows, Func<Random, double> kind) =>
        [.. Enumerable.Range(0, rows).Select(_ => kind(random))];
}
