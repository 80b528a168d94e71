using System.Text;
using Skipper.Services.Data.Quality;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Tests.Quality;

public sealed class SuiteReaderTests
{
    [Fact]
    public void Every_mistake_is_told_with_its_line()
    {
        var error = Refuse("""
            name: weather
            mostly: 1.5
            checks:
              - { type: rang, column: a, min: 0 }
              - { type: range, colum: a, min: 0 }
              - { type: range, column: a }
              - { type: range, column: a, min: 3, max: 2 }
              - { type: regex, column: a, pattern: "(" }
              - { type: regex, column: a, pattern: "(?=a)" }
              - { type: compare, left: a, is: "=>", right: b }
              - { type: compare, left: a, is: ">=", right: b, plus: soon }
              - { type: gaps, column: a, interval: 0s }
              - { type: schema, columns: { a: float } }
              - { type: row_count }
              - { type: unit, column: a, unit: Cel, units: [hPa], time: t, window: 1h, differs_by: 1, close_to: 1 }
              - { type: not_null, column: a, when: { column: b } }
              - { type: not_null, column: a, severity: fatal }
              - { type: not_null, column: a, name: "a name" }
              - not_null
            """);

        Assert.Equal(
            Enumerable.Range(4, 16).Prepend(2),
            error.Details!.Value.GetProperty("errors").EnumerateArray().Select(item => item.GetProperty("line").GetInt32()).Distinct());
        Assert.Contains("Did you mean 'range'?", error.Message, StringComparison.Ordinal);
        Assert.Contains("line 7, column 5: No value is within these bounds.", error.Message, StringComparison.Ordinal);
        Assert.Contains("hPa measures pressure, but Cel measures temperature.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_check_without_a_name_is_named_by_what_it_does()
    {
        var suite = Read("""
            name: weather
            checks:
              - { type: range, column: a, min: 0 }
              - { type: unique, columns: [a, b] }
              - { type: row_count, min: 1 }
            """);

        Assert.Equal(["range_a", "unique_a_b", "row_count"], suite.Expectations.Select(check => check.Name));
        Assert.All(suite.Expectations, check => Assert.Equal((false, 0.9), (check.Warns, check.Mostly)));
    }

    [Fact]
    public void The_sample_is_read()
    {
        var suite = WeatherSample.Suite;

        Assert.Equal(("weather", 0.75, 25.0), (suite.Name, suite.Mostly, suite.AlarmPercent));
        Assert.Equal(("stations", "station"), Assert.Single(suite.Expectations, check => check.Reference is not null).Reference);
    }

    [Fact]
    public void A_suite_cannot_name_more_excuses_than_are_kept_apart()
    {
        var names = string.Join(", ", Enumerable.Range(0, 65).Select(i => $"r{i}"));

        Assert.Contains(
            "at most 64", Refuse($"name: s\nchecks:\n  - {{ type: not_null, column: a, unless: [{names}] }}").Message, StringComparison.Ordinal);
    }

    private static ExpectationSuite Read(string text) => SuiteReader.Read(Encoding.UTF8.GetBytes(text));

    private static MeshException Refuse(string text)
    {
        var error = Assert.Throws<MeshException>(() => Read(text));
        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        return error;
    }
}
