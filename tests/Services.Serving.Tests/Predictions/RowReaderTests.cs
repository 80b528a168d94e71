using System.Text.Json;
using Skipper.Services.Serving.Models;
using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.Tests.Predictions;

public sealed class RowReaderTests
{
    private static readonly Signature Signature = new(Samples.Manifest("housing", 1, new string('a', 64)));

    [Theory]
    [InlineData("""{"rm":8,"rad":15}""")]
    [InlineData("""{"RAD":15.0,"Rm":8.0}""")]
    [InlineData("""{"rad":1.5e1,"rm":8,"price":24,"PTRATIO":"unknown"}""")]
    [InlineData("""[8,15]""")]
    public void A_row_is_read_in_feature_order_and_normalized(string json)
    {
        var values = new double[2];

        Read(json, values);

        Assert.Equal([1.0, 1.0], values);
    }

    [Theory]
    [InlineData("""{"rm":8}""", "rad", "Column 'rad' is missing; expected columns: rm, rad.")]
    [InlineData("""{}""", "rm", "Column 'rm' is missing; expected columns: rm, rad.")]
    [InlineData("""{"rm":8,"rad":15,"rmm":1}""", "rmm", "Column 'rmm' is not known to this model; did you mean 'rm'?")]
    [InlineData("""{"rm":null,"rad":15}""", "rm", "Column 'rm' must be a number, found null; the model was trained without missing values.")]
    [InlineData("""{"rm":"8","rad":15}""", "rm", "Column 'rm' must be a number, found the text \"8\"; send numbers without quotes.")]
    [InlineData("""{"rm":"NaN","rad":15}""", "rm", "Column 'rm' must be a number, found the text \"NaN\"; send numbers without quotes.")]
    [InlineData("""{"rm":true,"rad":15}""", "rm", "Column 'rm' must be a number, found true.")]
    [InlineData("""{"rm":[8],"rad":15}""", "rm", "Column 'rm' must be a number, found an array.")]
    [InlineData("""{"rm":{},"rad":15}""", "rm", "Column 'rm' must be a number, found an object.")]
    [InlineData("""{"rm":1e999,"rad":15}""", "rm", "Column 'rm' must be a finite number, found one that is too large.")]
    [InlineData("""{"rm":8,"rad":1.5}""", "rad", "Column 'rad' must be a whole number, found 1.5.")]
    [InlineData("""{"rm":8,"RM":9,"rad":15}""", "rm", "Column 'rm' is there twice.")]
    [InlineData("""{"rm":8,"rm":8,"rad":15}""", "rm", "Column 'rm' is there twice.")]
    [InlineData("""[8]""", null, "Expected 2 values (rm, rad), found 1.")]
    [InlineData("""[8,15,1]""", null, "Expected 2 values (rm, rad), found 3.")]
    [InlineData("""[8,null]""", "rad", "Column 'rad' must be a number, found null; the model was trained without missing values.")]
    [InlineData("""8""", null, "Expected an object with one member per feature, or an array of numbers, found a number.")]
    [InlineData("""null""", null, "Expected an object with one member per feature, or an array of numbers, found null.")]
    public void A_row_that_does_not_fit_is_refused_with_column_expectation_and_finding(
        string json, string? column, string message)
    {
        var error = Assert.Throws<MeshException>(() => Read(json, new double[2]));

        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Equal(message, error.Message);
        Assert.Equal(column, error.Details!.Value.TryGetProperty("column", out var named) ? named.GetString() : null);
        Assert.False(error.Details.Value.TryGetProperty("row", out _));
    }

    [Fact]
    public void Where_the_signature_allows_it_a_value_may_be_missing()
    {
        var manifest = Samples.Manifest("housing", 1, new string('a', 64));
        var signature = new Signature(manifest with
        {
            Signature = new()
            {
                Inputs = [new() { Name = "rm", Type = "number" }, new() { Name = "rad", Type = "integer", Required = false }],
                Outputs = [],
                Missing = "allow",
            },
        });
        foreach (var json in new[] { """{"rm":8}""", """{"rm":8,"rad":null}""", """[8,null]""" })
        {
            var values = new double[2];
            new RowReader(signature, null).Read(JsonElement.Parse(json), allowArray: true, values);
            Assert.Equal([1, double.NaN], values);
        }

        Assert.Throws<MeshException>(() => new RowReader(signature, null).Read(JsonElement.Parse("[null,15]"), true, new double[2]));
    }

    [Fact]
    public void In_a_bundle_the_error_names_the_row()
    {
        var error = Assert.Throws<MeshException>(() => Read("""{"rm":8}""", new double[2], row: 3));

        Assert.Equal("Row 3: Column 'rad' is missing; expected columns: rm, rad.", error.Message);
        Assert.Equal(3, error.Details!.Value.GetProperty("row").GetInt32());
    }

    [Fact]
    public void A_value_whose_normalization_overflows_is_refused()
    {
        var narrow = Samples.Manifest("housing", 1, new string('a', 64));
        narrow = narrow with { Features = [narrow.Features[0] with { StandardDeviation = 1e-10 }, narrow.Features[1]] };

        var error = Assert.Throws<MeshException>(() => new RowReader(new Signature(narrow), null)
            .Read(Parse("""{"rm":1e300,"rad":1}"""), allowArray: true, new double[2]));

        Assert.Contains("too far from what the model was trained on (0 to 20)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_any_length_are_answered_with_a_short_text()
    {
        var error = Assert.Throws<MeshException>(
            () => Read($$"""{"{{new string('x', 100_000)}}":1}""", new double[2]));

        Assert.InRange(error.Message.Length, 1, 300);
    }

    private static void Read(string json, double[] values, int? row = null) =>
        new RowReader(Signature, row).Read(Parse(json), allowArray: true, values);

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;
}
