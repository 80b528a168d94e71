using System.Text;
using Skipper.Services.Data.Standards;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Tests.Standards;

public sealed class StandardReaderTests
{
    [Fact]
    public void Every_mistake_is_told_with_its_line()
    {
        var error = Refuse("""
            name: Weather Data
            missing: [NA]
            rules: { numbers: R1 }
            columns:
              - { name: t, type: number, unit: celsius }
              - { name: u, type: number, unit: Cel, source_unit: hPa }
              - { name: u }
              - { name: v, type: text, unit: Cel }
              - { name: w, type: timestamp, format: dd.MM.yyyy }
              - { name: x, type: timestamp, zone: Europe/Berlin }
              - { name: y, type: number, unit_from: z }
              - { name: z, type: float }
            """);

        Assert.Equal(
            [1, 3, 5, 6, 7, 8, 9, 10, 11, 12],
            error.Details!.Value.GetProperty("errors").EnumerateArray().Select(item => item.GetProperty("line").GetInt32()));
        Assert.Contains("line 3, column 10: rules has no 'numbers'", error.Message, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'number'?", error.Message, StringComparison.Ordinal);
        Assert.Contains("hPa measures pressure, but Cel measures temperature", error.Message, StringComparison.Ordinal);
        Assert.Contains("There are two columns 'u'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("name: x")]
    [InlineData("name: x\ncolumns: []")]
    [InlineData("name: x\ncolumns: [a]")]
    [InlineData("a: &a [1]\nb: *a")]
    [InlineData("name: [[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]")]
    [InlineData("name: x\n\tcolumns: 1")]
    public void What_is_no_standard_is_refused(string text) => Refuse(text);

    [Fact]
    public void Bytes_that_are_no_text_are_refused() => Assert.Equal(
        ErrorCode.InvalidArgument, Assert.Throws<MeshException>(() => StandardReader.Read([0x6E, 0xFF, 0xFE])).Code);

    [Fact]
    public void A_standard_that_is_too_large_is_refused_before_it_is_read() => Assert.Contains(
        "may have 1048576 bytes", Assert.Throws<MeshException>(() => StandardReader.Read(new byte[2_000_000])).Message, StringComparison.Ordinal);

    [Fact]
    public void The_sample_is_read()
    {
        var standard = Quality.WeatherSample.Standard;

        Assert.Equal(("weather", "R06_not_numeric"), (standard.Name, standard.Rules.Number));
        Assert.Equal(
            ["provider", "station", "valid_time", "ingested_at", "temperature_c", "temperature_unit", "wind_speed_ms", "wind_gust_ms", "humidity", "humidity_unit", "pressure_hpa", "precip_mm"],
            standard.Schema.Columns.Select(column => column.Name));
        Assert.Equal(ColumnKind.Timestamp, standard.Schema.Columns[2].Kind);
    }

    private static MeshException Refuse(string text)
    {
        var error = Assert.Throws<MeshException>(() => StandardReader.Read(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        return error;
    }
}
