using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Skipper.Services.Serving.Models;
using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.Tests.Predictions;

/// <summary>What is read the quick way is what the long way reads, bit for bit.</summary>
public sealed class QuickRowTests
{
    private static readonly ModelVersion Manifest = Samples.Manifest("quick", 1, new string('a', 64));

    private static readonly Signature Signature =
        new(Manifest with { Features = [Manifest.Features[0], Manifest.Features[1] with { Name = "größe" }] });

    [Fact]
    public void Numbers_are_those_of_the_exact_reader()
    {
        var random = new Random(1);
        string[] numbers =
        [
            "0", "-0", "0.0", "9007199254740993", "999999999999999", "1e3", "1E-3", "-1.5e+2", "0.1", "123456789.987654321", "1e400",
            .. Enumerable.Range(0, 2000).Select(_ => Text(random.NextDouble() * Math.Pow(10, random.Next(-4, 6)))),
            .. Enumerable.Range(0, 2000).Select(_ => Text(Math.Round(random.NextDouble() * 1000, random.Next(0, 9)))),
        ];
        foreach (var number in numbers)
        {
            var json = Encoding.UTF8.GetBytes($"{number},7");
            Assert.True(Utf8Parser.TryParse(json, out double expected, out int length));

            Assert.Equal(length, QuickNumber.Read(json, out var value));
            Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(value));
        }
    }

    [Theory]
    [InlineData("""{"rm":6.575,"größe":3}""", true)]
    [InlineData("""{"rm": 6.575, "größe": 3}""", true)]
    [InlineData("""[-6.575e-1,3]""", true)]
    [InlineData("""{"größe":3,"rm":6.575}""", false)]
    [InlineData("""{"RM":6.575,"größe":3}""", false)]
    [InlineData("""{"rm":6.575,"gr\u00f6\u00dfe":3}""", false)]
    [InlineData("""{"rm":6.575,"größe":3 }""", false)]
    public void A_row_is_read_whichever_way_its_form_needs(string json, bool isQuick)
    {
        var utf8 = Encoding.UTF8.GetBytes(json);
        var (values, expected) = (new double[2], new double[2]);
        var reader = new RowReader(Signature, null);
        reader.Read(JsonElement.Parse(json), allowArray: true, expected);

        Assert.Equal(isQuick ? utf8.Length : 0, reader.TryReadQuick(utf8, allowArray: true, values));
        Assert.True(!isQuick || values.SequenceEqual(expected));
    }

    [Theory]
    [InlineData("""{"rm":6.575}""")]
    [InlineData("""{"rm":6.575,"größe":3,"x":1}""")]
    [InlineData("""{"rm":6.575,"größe":3.5}""")]
    [InlineData("""{"rm":1e999,"größe":3}""")]
    [InlineData("""{"rm":null,"größe":3}""")]
    [InlineData("""{"rm":"6","größe":3}""")]
    [InlineData("[6.575]")]
    [InlineData("[6.575,3,4]")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("7")]
    public void What_is_refused_is_left_to_the_reader_that_says_why(string json)
    {
        var reader = new RowReader(Signature, null);

        Assert.Throws<MeshException>(() => reader.Read(JsonElement.Parse(json), allowArray: true, new double[2]));
        Assert.Equal(0, reader.TryReadQuick(Encoding.UTF8.GetBytes(json), allowArray: true, new double[2]));
    }

    [Fact]
    public void A_bundle_may_mix_all_forms()
    {
        var rows = """[ {"rm":6,"rad":15} , [6,20],{"rad":25,"rm":6},7,[4],"x,]",null, {"rm":6,"rad":30}]""";
        var model = Samples.Load();
        var batch = new RowBatch(8, 2, eachAlone: true);

        new RawRows(new JsonSlice(Encoding.UTF8.GetBytes(rows), 8)).Read(model, batch);

        Assert.Equal([1.0, 2, 3, 4], new[] { 0, 1, 2, 7 }.Select(row => batch.Features[row, 1]));
        Assert.Equal([3, 4, 5, 6], Enumerable.Range(0, 8).Where(row => batch.Error(row) is not null));
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
