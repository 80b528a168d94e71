using Skipper.Services.Serving.Drift;
using Skipper.Shared.Engines.Transforms;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Serving.Tests.Drift;

public sealed class VersionReferenceTests
{
    [Fact]
    public void Values_that_are_edges_fall_into_their_own_bins_in_spite_of_rounding()
    {
        // Training normalizes and takes that back, serving normalizes once: with 1/3 and the like, both round differently.
        foreach (var (mean, deviation) in new[] { (9.549407, 8.707259), (1.0 / 3, 0.1), (1e6, 1e-3) })
        {
            double[] raw = [.. Enumerable.Range(0, 1000).Select(i => (double)(i % 24))];
            double[] normalized = [.. raw.Select(value => (value - mean) / deviation)];
            var evidence = TrainingPart.Describe("rad", normalized.Select(value => (value * deviation) + mean));

            var reference = NumberReference.Of(evidence, place: 0, tolerance: 1e-9, mean, deviation);

            Assert.Equal(reference.Counts, TrainingPart.Count(reference, normalized));
        }
    }

    [Fact]
    public void A_version_without_evidence_or_with_one_of_other_columns_has_no_reference()
    {
        var model = Samples.Manifest("housing", 1, new string('a', 64));
        var column = TrainingPart.Describe("rm", [1, 2, 3]);

        Assert.Null(VersionReference.Of(model, null));
        Assert.Null(VersionReference.Of(model with { Evidence = Evidence([column], [column, column]) }, null));
        Assert.Null(VersionReference.Of(model with { Evidence = Evidence([column, column], [column]) }, null));
        Assert.NotNull(VersionReference.Of(model with { Evidence = Evidence([column, column], [column, column]) }, null));
    }

    [Fact]
    public void Categories_are_one_input_and_those_that_were_never_seen_are_counted()
    {
        var transform = new FittedTransform
        {
            Dataset = "",
            RowCount = 100,
            Columns =
            [
                new() { Name = "sky", Type = "text", Steps = [new OneHotTransform { Names = ["clear", "cloudy", "rain"] }] },
                new() { Name = "size", Type = "text", Steps = [new OrdinalTransform { Names = ["s", "m", "l"] }] },
            ],
        };
        double[][] rows =
            [.. Enumerable.Range(0, 100).Select(i => Transform(transform, i < 60 ? "clear" : i < 90 ? "cloudy" : "rain", "m"))];
        var model = Samples.Manifest("weather", 1, new string('a', 64));
        model = model with
        {
            Features = [.. transform.Outputs.Select(name => new FeatureColumn
            {
                Name = name, Type = "number", Mean = 0, StandardDeviation = 1, Minimum = 0, Maximum = 1,
            })],
            Targets = ["price"],
            Evidence = Evidence(
                [.. transform.Outputs.Select((name, place) => TrainingPart.Describe(name, rows.Select(row => row[place])))],
                [TrainingPart.Describe("price", [1, 2, 3])]),
        };

        var reference = VersionReference.Of(model, transform)!;
        Assert.Equal(["sky", "size"], reference.Features.Select(feature => feature.Name));
        Assert.Equal([60L, 30, 10, 0], reference.Features[0].Counts);

        var skies = new long[4];
        var sizes = new long[reference.Features[1].Counts.Length];
        for (var i = 0; i < 1000; i++)
        {
            var row = Transform(transform, i < 500 ? "clear" : i < 800 ? "fog" : "rain", i < 100 ? "xl" : "m");
            skies[reference.Features[0].BinOf(row)]++;
            sizes[reference.Features[1].BinOf(row)]++;
        }

        var sky = DriftJudge.Judge(reference.Features[0], skies, 2, 1000);
        Assert.Equal(("drift", 0.3), (sky.Drift.Verdict, sky.UnseenShare));
        Assert.Equal(
            [("clear", 60L, 500L), ("cloudy", 30, 0), ("rain", 10, 200)],
            sky.Bins.Select(bin => (bin.Category!, bin.Reference, bin.Count)));
        Assert.Equal(0.1, DriftJudge.Judge(reference.Features[1], sizes, 2, 1000).UnseenShare);
    }

    private static double[] Transform(FittedTransform transform, string sky, string size)
    {
        var results = new double[4];
        transform.Apply([CellValue.Of(sky), CellValue.Of(size)], results);
        return results;
    }

    private static ModelEvidence Evidence(ReferenceDistribution[] inputs, ReferenceDistribution[] predictions) =>
        new() { RowCount = 100, Inputs = inputs, Predictions = predictions };
}
