using System.Globalization;
using System.Text;
using Skipper.Services.Data.Profiles;
using Skipper.Services.Data.Quality;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Quality;

/// <summary>The check that compares the rows of an import with a version that was published.</summary>
public sealed class DriftCheckTests
{
    private static readonly TableSchema Schema = new(
    [
        new("value", ColumnKind.Number), new("kind", ColumnKind.Text), new("time", ColumnKind.Timestamp),
    ]);

    [Fact]
    public void The_same_distribution_has_not_drifted_and_time_goes_on()
    {
        var check = Run("{ type: drift }", Rows(0, 500), Rows(1, 500));

        Assert.Equal(("pass", "0 of 2 columns drifted"), (check.Status, check.Observed));
        Assert.Equal("distributed as in weather version 7", check.Threshold);
        Assert.Equal(["value", "kind"], check.Drift!.Columns.Select(column => column.Column));
        Assert.Equal(("weather", 7), (check.Drift.Dataset, check.Drift.Version));
    }

    [Theory]
    [InlineData("{ type: drift }", "fail", "ks")]
    [InlineData("{ type: drift, severity: warn, method: psi }", "warn", "psi")]
    [InlineData("{ type: drift, method: psi, threshold: 9 }", "pass", "psi")]
    [InlineData("{ type: drift, columns: value, many_rows: 100 }", "fail", "wasserstein")]
    [InlineData("{ type: drift, columns: value, fewest_rows: 501 }", "pass", "ks")]
    public void A_shifted_column_has_drifted_by_the_rules_of_the_check(string text, string status, string method)
    {
        var check = Run(text, Rows(0, 500), Rows(1, 500, shift: 1));

        Assert.Equal(status, check.Status);
        var value = check.Drift!.Columns.Single(column => column.Column == "value");
        Assert.Equal((method, text.Contains("501", StringComparison.Ordinal) ? "too_few_rows" : status == "pass" ? "warn" : "drift"),
            (value.Method, value.Verdict));
        if (status != "pass")
        {
            Assert.Equal(1, check.UnexpectedCount);
            Assert.Contains($"; value: {value.Reason}", check.Observed, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Rejected_rows_are_not_compared()
    {
        var (before, now) = (Rows(0, 500), (double[])[.. Rows(1, 500), .. Rows(2, 200, shift: 1000)]);

        var without = Run("{ type: drift }\n  - { type: range, column: value, max: 100 }", before, now);
        var with = Run("{ type: drift }", before, now);

        Assert.Equal(("pass", "fail"), (without.Status, with.Status));
    }

    [Theory]
    [InlineData("{ type: drift, columns: [wind] }", "There is no column 'wind'. There are: value, kind, time.")]
    [InlineData("{ type: drift, columns: [kind], method: ks }", "Drift of the text column kind is measured by psi, chi_square, js, found 'ks'.")]
    [InlineData("{ type: drift, version: 3 }", "There is no version 3 of dataset 'weather' to compare with.")]
    [InlineData("{ type: drift, tag: good }", "There is no version of dataset 'weather' with tag 'good' to compare with.")]
    [InlineData("{ type: drift, dataset: climate }", "There is no dataset 'climate' to compare with.")]
    public void What_cannot_be_compared_is_an_error(string text, string observed)
    {
        var check = Run(text, Rows(0, 50), Rows(1, 50));

        Assert.Equal(("error", observed), (check.Status, check.Observed));
    }

    [Fact]
    public void The_first_version_has_nothing_to_drift_from()
    {
        var check = Run("{ type: drift }", null, Rows(1, 50));

        Assert.Equal(("pass", "nothing was published before", null), (check.Status, check.Observed, check.Drift));
    }

    [Fact]
    public void A_suite_is_refused_where_a_comparison_makes_no_sense()
    {
        var error = Assert.Throws<MeshException>(() => SuiteReader.Read("""
            name: s
            checks:
              - { type: drift, version: 1, tag: a }
              - { type: drift, method: kl }
              - { type: drift, threshold: 0 }
              - { type: agreement, columns: [a, b] }
              - { type: agreement, columns: [a], within: 1 }
              - { type: agreement, column: a, by: b, within: 1 }
              - { type: agreement, columns: [a, b], by: c, within: 1 }
            """u8));

        Assert.Equal([3, 4, 5, 6, 7, 8, 9], error.Details!.Value.GetProperty("errors").EnumerateArray()
            .Select(found => found.GetProperty("line").GetInt32()));
    }

    private static QualityCheck Run(string check, IReadOnlyList<double>? reference, IReadOnlyList<double> rows)
    {
        var context = new RunContext { Schema = Schema, Dataset = "weather", Time = new ManualTime() };
        if (reference is not null)
        {
            var profiler = new TableProfiler(Schema);
            profiler.Add(Batch(reference));
            var version = new DatasetVersion
            {
                Name = "weather",
                Version = 7,
                Digest = "",
                RowCount = 1,
                Columns = [],
                CreatedAt = default,
            };
            context = context with
            {
                Profiles = new Dictionary<DatasetName, ReferenceProfile>
                {
                    [new DatasetName { Name = "weather" }] = new(version, profiler.Finish()),
                },
            };
        }

        using var run = new SuiteRun(
            SuiteReader.Read(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"name: s\nmostly: 0.5\nchecks:\n  - {check}\n"))),
            context);
        run.Check(Batch(rows), new Findings());
        return run.Finish("r", "weather").Checks[0];
    }

    private static RowBatch Batch(IReadOnlyList<double> values)
    {
        var batch = new RowBatch(Schema, values.Count) { Count = values.Count };
        for (var row = 0; row < values.Count; row++)
        {
            batch.Numbers(0)[row] = values[row];
            batch.Texts(1)[row] = row % 3 == 0 ? "a" : "b";
            batch.Times(2)[row] = (values.Count * 1_000_000L) + row;
        }

        return batch;
    }

    /// <summary>Values between 0 and 2, evenly, so that one sample is like another.</summary>
    private static double[] Rows(int seed, int count, double shift = 0)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextDouble() * 2) + shift)];
    }
}
