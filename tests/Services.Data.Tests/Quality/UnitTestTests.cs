using Skipper.Services.Data.Quality;
using Skipper.Services.Data.Quality.Checks;
using Skipper.Services.Data.Standards;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Tests.Quality;

/// <summary>Values in a unit that they do not say, among neighbors that may come in any order.</summary>
public sealed class UnitTestTests
{
    private static readonly TableSchema Schema = new(
        [new("place", ColumnKind.Text), new("time", ColumnKind.Timestamp), new("t", ColumnKind.Number)]);

    [Theory]
    [InlineData(1 << 20)]
    [InlineData(256)]
    public void Values_are_told_from_their_neighbors_also_when_memory_is_short(int mostInMemory)
    {
        var test = Create(mostInMemory, TimeSpan.FromHours(3));
        var random = new Random(7);
        var wrong = new HashSet<long>();
        for (var hour = 0; hour < 2000; hour++)
        {
            var celsius = 12 + (5 * Math.Sin(hour / 24.0)) + random.NextDouble();
            var isWrong = hour % 97 == 50;
            Add(test, hour % 2 == 0 ? "A" : "B", hour / 2, isWrong ? Unit.Find("Cel")!.Convert(celsius, Unit.Find("[degF]")!) : celsius, hour + 1);
            if (isWrong)
            {
                wrong.Add(hour + 1);
            }
        }

        test.Finish();
        var (judged, findings) = test.Take();

        Assert.Equal(2000, judged);
        Assert.Equal(wrong.Order(), findings.Select(finding => finding.Line).Order());
        Assert.Contains("is it [degF]?", findings[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Few_neighbors_say_nothing()
    {
        var test = Create(100, TimeSpan.FromHours(3));
        for (var hour = 0; hour < 4; hour++)
        {
            Add(test, "A", hour, hour == 3 ? 59 : 15, hour);
        }

        test.Finish();

        Assert.Empty(test.Take().Findings);
    }

    [Fact]
    public void An_extreme_that_no_unit_explains_is_left_alone()
    {
        var test = Create(100, TimeSpan.FromHours(3));
        for (var hour = 0; hour < 9; hour++)
        {
            Add(test, "A", hour, hour == 4 ? 40 : 15, hour);
        }

        test.Finish();

        Assert.Empty(test.Take().Findings);
    }

    [Fact]
    public void More_neighbors_than_fit_in_memory_are_an_error()
    {
        var test = Create(64, TimeSpan.FromDays(1000));

        var error = Assert.Throws<MeshException>(() =>
        {
            for (var hour = 0; hour < 100; hour++)
            {
                Add(test, "A", hour, 15, hour);
            }
        });

        Assert.Contains("make the window smaller", error.Message, StringComparison.Ordinal);
    }

    private static UnitTest Create(int mostInMemory, TimeSpan window) => new(
        new RunContext { Schema = Schema, Time = TimeProvider.System },
        new UnitTestOptions
        {
            Column = "t",
            Unit = Unit.Find("Cel")!,
            Units = [Unit.Find("[degF]")!],
            Time = "time",
            By = ["place"],
            Window = window,
            AtLeast = 4,
            DiffersBy = 12,
            CloseTo = 4,
        },
        mostInMemory);

    private static void Add(UnitTest test, string place, int hour, double value, long line)
    {
        var batch = new RowBatch(Schema, 1) { Count = 1 };
        batch.Lines[0] = line;
        batch.Texts(0)[0] = place;
        batch.Times(1)[0] = hour * 3_600_000_000L;
        batch.Numbers(2)[0] = value;
        test.Observe(batch, [Verdict.Open], [true], [false]);
    }
}
