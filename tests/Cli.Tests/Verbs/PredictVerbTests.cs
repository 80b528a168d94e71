using System.Globalization;
using System.Text.Json;

namespace Skipper.Cli.Tests.Verbs;

/// <summary>Predictions of files, in pieces, by one version.</summary>
public sealed class PredictVerbTests(LinesMesh mesh) : IClassFixture<LinesMesh>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1")]
    [InlineData("7")]
    [InlineData("500")]
    public async Task A_CSV_comes_back_with_its_predictions(string chunk)
    {
        var printed = (await mesh.RunAsync("predict", "lines", mesh.Csv, "--chunk", chunk)).Done().Out;
        var lines = printed.TrimEnd('\n').Split('\n');
        Assert.Equal("a,b,y,predicted_y", lines[0]);
        Assert.Equal(LinesMesh.Rows + 1, lines.Length);
        Assert.All(lines.Skip(1), line =>
        {
            var cells = line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToList();
            Assert.Equal(cells[2], cells[3], 1);
        });
    }

    [Fact]
    public async Task A_file_to_write_is_there_when_it_is_complete()
    {
        var file = mesh.PathOf("predicted.csv");
        (await mesh.RunAsync("predict", "lines@1", mesh.Csv, "--out", file)).Done();
        Assert.Equal(LinesMesh.Rows + 1, (await File.ReadAllLinesAsync(file, Token)).Length);
        File.Delete(file);

        (await mesh.PipeAsync("a,b\n1,2\n3,x\n", "predict", "lines", "-", "--input", "csv", "--chunk", "1", "--out", file))
            .Failed(ExitCode.Failed, "line 3: b must be a number, was 'x'");
        Assert.Empty(Directory.GetFiles(mesh.Folder, "predicted.csv*"));
    }

    [Theory]
    [InlineData("""{"rows":[{"a":10,"b":3},[20,6]]}""")]
    [InlineData("""[{"a":10,"b":3},[20,6]]""")]
    [InlineData("{\"a\":10,\"b\":3}\n[20,6]\n")]
    public async Task Rows_in_JSON_come_in_any_of_its_shapes(string json)
    {
        var answer = (await mesh.PipeAsync(json, "predict", "lines", "-", "--json", "--chunk", "1")).Done().Json;
        Assert.Equal(("lines", 1), (answer.GetProperty("model").GetString(), answer.GetProperty("version").GetInt32()));
        Assert.Equal(
            [25.0, 49.0],
            answer.GetProperty("predictions").EnumerateArray().Select(row => Math.Round(row.GetProperty("y").GetDouble(), 1)));
    }

    [Fact]
    public async Task A_row_on_the_command_line_is_answered_as_a_table_or_as_lines()
    {
        string[] rows = ["--row", """{"a":10,"b":3}""", "--row", "[20,6]"];
        var table = (await mesh.RunAsync(["predict", "lines", .. rows])).Done().Out.Split('\n');
        Assert.Equal("lines version 1", table[0]);
        Assert.Equal("y", table[1].Trim());
        Assert.StartsWith("25", table[2].Trim(), StringComparison.Ordinal);

        var lines = (await mesh.RunAsync(["predict", "lines", "--format", "jsonl", .. rows])).Done().Out.TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.Equal(JsonValueKind.Number, JsonElement.Parse(line).GetProperty("y").ValueKind));
    }

    [Fact]
    public async Task What_does_not_fit_the_model_is_named_with_its_place()
    {
        (await Csv("a,c\n1,2\n")).Failed(ExitCode.Failed, "The CSV lacks b", "model lines version 1", "it has a, c");
        (await Csv("a,b\n1\n")).Failed(ExitCode.Failed, "line 2: expected 2 values, found 1");
        (await Csv("a,b\n1,2\n3,\n")).Failed(ExitCode.Failed, "b", "(Row 0 is line 2.)");
        (await Csv("")).Failed(ExitCode.Failed, "The CSV is empty");
        (await Csv("a,b\n")).Failed(ExitCode.Failed, "There are no rows to predict");
        (await mesh.PipeAsync("5", "predict", "lines", "-")).Failed(ExitCode.Failed, "row 1 must be an object");
        (await mesh.PipeAsync("{\"a\":1,\"b\":2}\n{\"a\"", "predict", "lines", "-")).Failed(ExitCode.Failed, "row 2 is not JSON");
        (await mesh.RunAsync("predict", "lanes", "--row", "[1,2]")).Failed(ExitCode.Failed, "lanes");

        Task<Outcome> Csv(string text) => mesh.PipeAsync(text, "predict", "lines", "-", "--input", "csv");
    }
}
