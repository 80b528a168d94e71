using Skipper.Services.Data.Splits;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Tests.Splits;

public sealed class SplitFractionTests
{
    [Theory]
    [InlineData("0.2", 500, 320, 100, 80)]
    [InlineData("0.2", 506, 323, 102, 81)]
    [InlineData("0.1", 30, 24, 3, 3)]
    [InlineData(" 2e-1 ", 4, 2, 1, 1)]
    [InlineData(null, 10, 6, 2, 2)]
    public void Test_rows_are_taken_from_all_and_validation_rows_from_the_rest(
        string? text, int rows, int train, int test, int validation)
    {
        Assert.Equal((train, test, validation), SplitFraction.Parse(text).Divide(rows));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("-0.2")]
    [InlineData("20")]
    [InlineData("0,2")]
    [InlineData("NaN")]
    [InlineData("")]
    [InlineData("a fifth")]
    public void Other_fractions_are_refused_with_the_value(string text)
    {
        var exception = Assert.Throws<MeshException>(() => SplitFraction.Parse(text));

        Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
        Assert.Contains($"found '{text}'", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.2", 3, "1 for training, 1 for test and 1 for validation")]
    [InlineData("0.9", 10, "0 for training, 9 for test and 1 for validation")]
    [InlineData("0.99", 2, "0 for training, 2 for test and 0 for validation")]
    public void A_fraction_that_leaves_a_part_empty_is_refused_with_the_counts(string text, int rows, string expected)
    {
        var exception = Assert.Throws<MeshException>(() => SplitFraction.Parse(text).Divide(rows));

        Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
        Assert.Contains($"A test fraction of {text} divides {rows} rows into {expected}", exception.Message, StringComparison.Ordinal);
    }
}
