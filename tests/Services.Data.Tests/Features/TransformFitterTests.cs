using System.Text.Json;
using Skipper.Services.Data.Features.Fitting;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Engines.Transforms;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Tests.Features;

public sealed class TransformFitterTests
{
    private const double Close = 1e-12;

    private static readonly TableSchema Schema = new(
        [new("x", ColumnKind.Number), new("city", ColumnKind.Text), new("at", ColumnKind.Timestamp)]);

    [Theory]
    [InlineData("z_score", 0, "z_score_0")]
    [InlineData("z_score", 1, "z_score_1")]
    [InlineData("min_max", null, "min_max")]
    [InlineData("robust", null, "robust")]
    public void Scaled_numbers_are_those_of_scikit_learn(string kind, int? ddof, string expected)
    {
        var golden = Golden.Of("scalers");

        var fitted = Fit("x", Numbers(golden.Numbers("train")), new TransformStep { Kind = kind, Ddof = ddof });

        Assert.Equal(golden.Numbers(expected), golden.Numbers("new").Select(x => Apply(fitted, $$"""{"x":{{x}}}""")[0]), (a, b) => Math.Abs(a - b) < Close);
    }

    [Fact]
    public void Encoded_texts_are_those_of_scikit_learn_and_unknown_ones_can_be_refused()
    {
        var golden = Golden.Of("scalers");
        var train = golden.Get("cities").EnumerateArray().Select(city => (object?[])[null, city.GetString(), null]).ToArray();
        var cities = golden.Get("new_cities").EnumerateArray().Select(city => city.GetString()).ToList();

        var oneHot = Fit("city", train, new TransformStep { Kind = "one_hot" });
        var ordinal = Fit("city", train, new TransformStep { Kind = "ordinal" });
        var strict = Fit("city", train, new TransformStep { Kind = "one_hot", Unknown = "refuse" });

        Assert.Equal(["city_Bergen", "city_Narvik", "city_Oslo"], oneHot.Outputs);
        for (var i = 0; i < cities.Count; i++)
        {
            var row = JsonSerializer.Serialize(new { city = cities[i] });
            Assert.Equal(golden.Get("one_hot")[i].EnumerateArray().Select(value => value.GetDouble()), Apply(oneHot, row));
            Assert.Equal([golden.Numbers("ordinal")[i]], Apply(ordinal, row));
        }

        Assert.Equal([0, 0, 0], Apply(oneHot, "{}"));
        var exception = Assert.Throws<MeshException>(() => Apply(strict, """{"city":"Rome"}"""));
        Assert.Equal("city: 'Rome' is none of the 3 categories of the training part: Bergen, Narvik, Oslo.", exception.Message);
    }

    [Fact]
    public void Steps_are_learned_from_what_the_steps_before_leave()
    {
        // Logarithms are 0, 1 and 3: their median 1 fills the hole, and a third of the way from 0 to 3 is where it stands.
        var fitted = Fit(
            "x",
            Numbers([0, double.NaN, Math.E - 1, Math.Exp(3) - 1]),
            new TransformStep { Kind = "log1p" },
            new TransformStep { Kind = "impute" },
            new TransformStep { Kind = "min_max" });

        Assert.Equal(1 / 3.0, Apply(fitted, "{}")[0], Close);
        Assert.Equal(1 / 3.0, Apply(fitted, """{"x":null}""")[0], Close);
        Assert.Equal(1, Apply(fitted, $$"""{"x":{{Math.Exp(3) - 1}}}""")[0], Close);
        Assert.Equal(0, Apply(fitted, """{"x":0}""")[0]);
        Assert.Contains("log1p takes numbers above -1, found -2", Assert.Throws<MeshException>(() => Apply(fitted, """{"x":-2}""")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mean", 2.5)]
    [InlineData("median", 2)]
    [InlineData("most_frequent", 1)]
    [InlineData("constant", 7)]
    public void A_hole_in_numbers_is_filled(string strategy, double expected)
    {
        var step = new TransformStep { Kind = "impute", Strategy = strategy, Value = strategy is "constant" ? "7" : null };

        Assert.Equal([expected], Apply(Fit("x", Numbers([6, 3, 1, double.NaN, 2, 1, 2]), step), "{}"));
    }

    [Fact]
    public void Directions_and_hours_turn_into_points_on_a_circle()
    {
        var direction = Fit("x", Numbers([1, 2]), new TransformStep { Kind = "cyclical", Period = 360 });
        var hour = Fit("at", [[null, null, "2024-01-01"]], new TransformStep { Kind = "cyclical", Part = "hour_of_day" });
        var day = Fit("at", [[null, null, "2024-01-01"]], new TransformStep { Kind = "cyclical", Part = "day_of_week" });

        Assert.Equal(["x_sin", "x_cos"], direction.Outputs);
        Assert.Equal([1, 0], Apply(direction, """{"x":90}"""), Near);
        Assert.Equal(Apply(direction, """{"x":-1}"""), Apply(direction, """{"x":359}"""), Near);
        Assert.Equal(["at_hour_of_day_sin", "at_hour_of_day_cos"], hour.Outputs);
        Assert.Equal([1, 0], Apply(hour, """{"at":"2024-05-06T06:00:00Z"}"""), Near);
        Assert.Equal([-1, 0], Apply(hour, """{"at":"1960-05-06T20:00:00+02:00"}"""), Near);
        Assert.Equal([0, 1], Apply(day, """{"at":"2024-05-06T00:00:00Z"}"""), Near);
        Assert.Equal([double.NaN, double.NaN], Apply(day, "{}"));

        static bool Near(double a, double b) => Math.Abs(a - b) < 1e-9;
    }

    [Fact]
    public void What_is_written_down_is_read_back_and_does_the_same()
    {
        var fitted = Fit(
            ["x", "city", "at"],
            [[1, "Oslo", "2024-01-01"], [3, "Bergen", "2024-01-02"], [null, null, null]],
            [new() { Kind = "impute" }, new() { Kind = "z_score" }],
            [new() { Kind = "impute", Strategy = "constant", Value = "none" }, new() { Kind = "one_hot" }],
            [new() { Kind = "cyclical", Part = "day_of_year" }]);
        const string Row = """{"x":2.5,"city":"Oslo","at":"2024-07-01T12:00:00Z","else":1}""";

        var read = FittedTransform.Read(fitted.Write());

        Assert.Equal(["x", "city_Bergen", "city_Oslo", "city_none", "at_day_of_year_sin", "at_day_of_year_cos"], read.Outputs);
        Assert.Equal(Apply(fitted, Row), Apply(read, Row));
        Assert.Equal([0, 0, 1], Apply(read, "{}")[1..4]);
        Assert.Equal(fitted.Write(), read.Write());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"format":2,"dataset":"d","row_count":1,"columns":[]}""")]
    [InlineData("""{"format":1,"dataset":"d","row_count":1,"columns":[{"name":"a","type":"text"}]}""")]
    [InlineData("""{"format":1,"dataset":"d","row_count":1,"columns":[{"name":"a","type":"number","steps":[{"kind":"sum"}]}]}""")]
    public void A_file_that_is_none_is_refused(string json) =>
        Assert.Throws<InvalidDataException>(() => FittedTransform.Read(System.Text.Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("""{"x":"1"}""", "x is number, found \"1\".")]
    [InlineData("""{"x":1e400}""", "x is number, found 1e400.")]
    [InlineData("[1]", "A row is an object of x.")]
    public void A_row_of_another_kind_is_refused(string row, string expected)
    {
        var fitted = Fit("x", Numbers([1, 2]), new TransformStep { Kind = "z_score" });

        Assert.Equal(expected, Assert.Throws<MeshException>(() => Apply(fitted, row)).Message);
    }

    [Theory]
    [InlineData("x", "sum", "a step is one of impute, z_score")]
    [InlineData("y", "z_score", "There is no column 'y' to be a feature; columns are x, city, at.")]
    [InlineData("city", "z_score", "city is text: after impute, if any, the next step must be one_hot or ordinal")]
    [InlineData("at", "z_score", "at is a time: its one step must be cyclical")]
    [InlineData("x", "cyclical", "period must say after how much it begins anew")]
    [InlineData("at", "cyclical", "part must be one of hour_of_day")]
    public void A_step_that_does_not_suit_is_refused(string column, string kind, string expected) => Assert.Contains(
        expected,
        Assert.Throws<MeshException>(() => Fit(column, Numbers([1, 2]), new TransformStep { Kind = kind })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_column_without_values_cannot_be_learned_from()
    {
        var exception = Assert.Throws<MeshException>(() => Fit("x", Numbers([double.NaN]), new TransformStep { Kind = "impute" }));
        Assert.Contains("x has no value in the training part", exception.Message, StringComparison.Ordinal);
        Assert.Throws<MeshException>(() => Fit("x", Numbers([1]), new TransformStep { Kind = "z_score" }));
        Assert.Throws<MeshException>(() => Fit("city", Numbers([1]), new TransformStep { Kind = "one_hot" }));
        Assert.Equal(0, Apply(Fit("x", Numbers([5, 5, 5]), new TransformStep { Kind = "z_score" }), """{"x":5}""")[0]);
    }

    private static object?[][] Numbers(double[] values) =>
        [.. values.Select(value => (object?[])[double.IsNaN(value) ? null : value, null, null])];

    private static FittedTransform Fit(string column, object?[][] rows, params TransformStep[] steps) => Fit([column], rows, steps);

    private static FittedTransform Fit(string[] columns, object?[][] rows, params TransformStep[][] steps)
    {
        var fitter = new TransformFitter(
            Schema, [.. columns.Zip(steps, (column, of) => new TransformColumn { Column = column, Steps = of })], []);
        var batch = Rows.Batch(Schema, rows);
        while (!fitter.IsDone)
        {
            for (var row = 0; row < batch.Count; row++)
            {
                fitter.Add(batch, row);
            }

            fitter.FinishPass();
        }

        return fitter.Finish("digest", batch.Count);
    }

    private static double[] Apply(FittedTransform fitted, string json) =>
        fitted.Apply(JsonSerializer.Deserialize<JsonElement>(json));
}
