using System.Globalization;
using System.Text.Json;
using Skipper.Shared.Engines.Transforms;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Arrays;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Features;

public sealed class FeatureTasksTests : IAsyncLifetime
{
    private readonly TestStorage _storage = TestStorage.Sqlite();
    private DataHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = new DataHost(_storage);
        await _host.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _storage.DisposeAsync();
    }

    [Fact]
    public async Task Features_are_aggregated_joined_and_encoded_into_a_new_version()
    {
        await _host.ImportAsync("sales", "shop,at,amount\nb,2024-01-02T03:00:00Z,5\na,2024-01-01T12:00:00Z,3\na,2024-01-02T12:00:00Z,4\n");
        await _host.ImportAsync(
            "weather",
            "station,time,wind,temp\na,2024-01-01T10:00:00Z,350,1\na,2024-01-01T10:30:00Z,10,3\n"
            + "a,2024-01-01T11:30:00Z,90,9\nb,2024-01-01T23:00:00Z,180,-2\n");
        const string Build = """
            {"task_type":"build_features","data":{"name":"sales-weather",
              "from":{"dataset":"sales","key":["shop"],"time":"at"},
              "joins":[{"source":{"dataset":"weather","key":["station"],"time":"time","aggregate":{"size":"1h","columns":[
                  {"function":"mean","column":"temp"},{"function":"circular_mean","column":"wind","as":"from"},{"function":"rows"}]}},
                "ttl":"24h","prefix":"w_"}],
              "encode":[{"column":"at","part":"hour_of_day"},{"column":"w_from","period":360}]}}
            """;

        var version = (await _host.CallAsync(Build)).Deserialize<DatasetVersion>(MessageJson.Options)!;
        var again = (await _host.CallAsync(Build)).Deserialize<DatasetVersion>(MessageJson.Options)!;

        Assert.Equal((1, 1, version.Digest), (version.Version, again.Version, again.Digest));
        var lines = (await ReadTextAsync(version.Digest)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            """
            "shop:text","at:timestamp","amount:integer","w_temp_mean:number","w_from:number","w_rows:integer","at_hour_of_day_sin:number","at_hour_of_day_cos:number","w_from_sin:number","w_from_cos:number"
            """,
            lines[0]);
        var rows = lines[1..].Select(line => line.Split(',')).ToList();

        // At noon the window that ends at noon is complete; the row of 11:30 is in it, those of 10 are in the one before.
        Assert.Equal(["\"a\"", "2024-01-01T12:00:00Z", "3", "9", "90", "1"], rows[0][..6].Select(Short));
        Assert.Equal(["\"b\"", "2024-01-02T03:00:00Z", "5", "-2", "180", "1"], rows[1][..6].Select(Short));

        // A day later it is too old.
        Assert.Equal(["\"a\"", "2024-01-02T12:00:00Z", "4", "", "", ""], rows[2][..6].Select(Short));
        Assert.Equal(0, double.Parse(rows[0][6], CultureInfo.InvariantCulture), 1e-12);
        Assert.Equal(-1, double.Parse(rows[0][7], CultureInfo.InvariantCulture), 1e-12);
        Assert.Equal(Math.Sin(Math.PI / 4), double.Parse(rows[1][6], CultureInfo.InvariantCulture), 1e-12);
        Assert.Equal(1, double.Parse(rows[0][8], CultureInfo.InvariantCulture), 1e-12);
    }

    [Fact]
    public async Task Windows_alone_make_a_version_too()
    {
        await _host.ImportAsync("rain", "time,mm\n2024-01-01T00:10:00Z,1\n2024-01-01T00:50:00Z,2\n2024-01-01T01:10:00Z,4\n");

        await _host.CallAsync("""
            {"task_type":"build_features","data":{"name":"rain-2h","from":{"dataset":"rain","time":"time","aggregate":{
              "size":"2h","every":"1h","columns":[{"function":"sum","column":"mm"},{"function":"quantile","column":"mm","quantile":0.5}]}}}}
            """);

        var version = await _host.Datasets.FindAsync("rain-2h", null, Token);
        Assert.Equal(
            """
            "window_start:timestamp","window_end:timestamp","mm_sum:number","mm_p50:number"
            2023-12-31T23:00:00Z,2024-01-01T01:00:00Z,3,1.5
            2024-01-01T00:00:00Z,2024-01-01T02:00:00Z,7,2
            2024-01-01T01:00:00Z,2024-01-01T03:00:00Z,4,4

            """.ReplaceLineEndings("\n"),
            await ReadTextAsync(version!.Digest));
    }

    [Theory]
    [InlineData("""{"name":"x","from":{"dataset":"none"}}""", "There is no dataset 'none'")]
    [InlineData("""{"name":"X","from":{"dataset":"housing"}}""", "found 'X'")]
    [InlineData("""{"name":"x","from":{"dataset":"housing","key":["town"]}}""", "There is no column 'town' to be a key")]
    [InlineData("""{"name":"x","from":{"dataset":"housing","time":"price"}}""", "Column price is number and cannot be a time")]
    [InlineData("""{"name":"x","from":{"dataset":"housing","aggregate":{"size":"1h","columns":[{"function":"rows"}]}}}""", "housing needs a time")]
    [InlineData("""{"name":"x","from":{"dataset":"housing"},"encode":[{"column":"price"}]}""", "period must say")]
    [InlineData("""{"name":"x","from":{"dataset":"housing"},"joins":[{"source":{"dataset":"housing"}}]}""", "housing needs a time")]
    public async Task A_build_that_cannot_be_is_refused_with_the_reason(string build, string expected)
    {
        await _host.CallAsync("""{"task_type":"split_dataset"}"""); // The sample is there.

        var exception = await Assert.ThrowsAsync<MeshException>(
            () => _host.CallAsync($$"""{"task_type":"build_features","data":{{build}}}"""));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.Null(await _host.Datasets.FindAsync("x", null, Token));
    }

    [Theory]
    [InlineData("""{"size":"0s","columns":[{"function":"rows"}]}""", "size must be a duration")]
    [InlineData("""{"size":"1h","every":"7m","columns":[{"function":"rows"}]}""", "must divide size")]
    [InlineData("""{"size":"1h","columns":[]}""", "at least one function")]
    [InlineData("""{"size":"1h","columns":[{"function":"mode","column":"mm"}]}""", "found 'mode'")]
    [InlineData("""{"size":"1h","columns":[{"function":"sum"}]}""", "sum needs a column")]
    [InlineData("""{"size":"1h","columns":[{"function":"sum","column":"time"}]}""", "a numeric column is needed")]
    [InlineData("""{"size":"1h","columns":[{"function":"quantile","column":"mm"}]}""", "quantile, from 0 to 1")]
    [InlineData("""{"size":"1h","columns":[{"function":"sum","column":"mm"},{"function":"sum","column":"mm"}]}""", "Two columns would be named mm_sum")]
    public async Task Windows_that_cannot_be_are_refused_with_the_reason(string window, string expected)
    {
        await _host.ImportAsync("rain", "time,mm\n2024-01-01T00:10:00Z,1\n2024-01-01T00:50:00Z,2\n");

        var exception = await Assert.ThrowsAsync<MeshException>(() => _host.CallAsync(
            $$"""{"task_type":"build_features","data":{"name":"x","from":{"dataset":"rain","time":"time","aggregate":{{window}} } } }"""));

        Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transform_learns_from_the_training_part_alone_and_serving_does_the_same_to_a_row()
    {
        var rows = Enumerable.Range(0, 50).Select(i => (X: i % 7 == 3 ? (double?)null : i, Kind: "abc"[i % 3], Y: i * 2)).ToList();
        string Csv(double test) => "x,kind,y,at\n" + string.Concat(rows.Select((row, i) => string.Create(
            CultureInfo.InvariantCulture,
            $"{(i >= 40 ? row.X * test : row.X)},{row.Kind},{row.Y},2024-01-{(i / 2) + 1:00}T00:00:00Z\n")));
        const string Fit = """
            {"task_type":"fit_transform","data":{"dataset":"numbers","targets":["y"],
              "split":{"time":"at","validation_from":"2024-01-18T00:00:00Z","test_from":"2024-01-21T00:00:00Z"},
              "columns":[{"column":"x","steps":[{"kind":"impute"},{"kind":"z_score"}]},{"column":"kind","steps":[{"kind":"one_hot"}]},
                {"column":"at","steps":[{"kind":"cyclical","part":"day_of_week"}]}]}}
            """;

        await _host.ImportAsync("numbers", Csv(1));
        var fit = (await _host.CallAsync(Fit)).Deserialize<TransformFit>(MessageJson.Options)!;
        await _host.ImportAsync("numbers", Csv(1000));
        var other = (await _host.CallAsync(Fit)).Deserialize<TransformFit>(MessageJson.Options)!;

        Assert.Equal(["x", "kind_a", "kind_b", "kind_c", "at_day_of_week_sin", "at_day_of_week_cos"], fit.Outputs);
        Assert.Equal((34, 6, 10, 0), (fit.Train.RowCount, fit.Validation.RowCount, fit.Test.RowCount, fit.DroppedRowCount));

        // Rows of the test part have no say in what is learned from the others.
        Assert.Equal((1, 2), (fit.Dataset.Version, other.Dataset.Version));
        Assert.Equal((fit.Train, fit.Validation), (other.Train, other.Validation));
        Assert.NotEqual(fit.Test, other.Test);

        var transform = FittedTransform.Read(await ReadBytesAsync(fit.Transform));
        Assert.Equal((fit.Dataset.Digest, 34), (transform.Dataset, transform.RowCount));
        var test = await ReadMatrixAsync(fit.Test.Features);
        var targets = await ReadMatrixAsync(fit.Test.Targets!);
        for (var i = 0; i < 10; i++)
        {
            var (x, kind, y) = rows[40 + i];
            var row = JsonSerializer.SerializeToElement(new { x, kind = $"{kind}", at = $"2024-01-{((40 + i) / 2) + 1:00}T00:00:00Z" });
            Assert.Equal(transform.Apply(row), test.Row(i).ToArray());
            Assert.Equal(y, targets[i, 0]);
        }

        var train = await ReadMatrixAsync(fit.Train.Features);
        Assert.Equal(0, Enumerable.Range(0, 34).Average(i => train[i, 0]), 1e-12);
    }

    [Fact]
    public async Task A_random_split_is_the_same_as_that_of_split_dataset()
    {
        var split = (await _host.CallAsync("""{"task_type":"split_dataset","reply":"reference","data":{"seed":7,"targets":["price"]}}"""))
            .Deserialize<DatasetSplit>(MessageJson.Options)!;
        var columns = string.Join(',', split.Features.Select(feature =>
            $$"""{"column":"{{feature.Name}}","steps":[{"kind":"z_score"}]}"""));

        var fit = (await _host.CallAsync(
            $$"""{"task_type":"fit_transform","data":{"dataset":"housing","targets":["price"],"split":{"seed":7},"columns":[{{columns}}]} }"""))
            .Deserialize<TransformFit>(MessageJson.Options)!;

        Assert.Equal(
            (split.Train.RowCount, split.Test.RowCount, split.Validation.RowCount),
            (fit.Train.RowCount, fit.Test.RowCount, fit.Validation.RowCount));
        Assert.Equal(
            (await ReadMatrixAsync(split.Test.Targets)).Values.Order(), (await ReadMatrixAsync(fit.Test.Targets!)).Values.Order());
        Assert.Equal(
            (await ReadMatrixAsync(split.Test.Features)).Values.Order(),
            (await ReadMatrixAsync(fit.Test.Features)).Values.Order(),
            (a, b) => Math.Abs(a - b) < 1e-9);
    }

    [Fact]
    public async Task A_profile_says_which_columns_have_drifted_since_the_version_before()
    {
        static string Csv(int shift) => "x,y\n" + string.Concat(Enumerable.Range(0, 500).Select(i => $"{(i * 37 % 500) + shift},{i * 11 % 500}\n"));
        const string Profile = """{"task_type":"profile_dataset","data":{"dataset":"numbers"}}""";
        await _host.ImportAsync("numbers", Csv(0));
        var first = (await _host.CallAsync(Profile)).Deserialize<DatasetProfile>(MessageJson.Options)!;
        await _host.ImportAsync("numbers", Csv(100));

        var second = (await _host.CallAsync(Profile)).Deserialize<DatasetProfile>(MessageJson.Options)!;

        Assert.Equal((1, null, 0), (first.Dataset.Version, first.Reference, first.Drift.Count));
        Assert.Equal((2, 1), (second.Dataset.Version, second.Reference));
        Assert.Equal([("x", "drift", "ks"), ("y", "none", "ks")], second.Drift.Select(drift => (drift.Column, drift.Verdict, drift.Method)));
        Assert.Equal(0.2, second.Drift[0].Value, 1e-12);
        Assert.Contains("<h1>numbers version 2</h1>", await ReadTextAsync(second.Page), StringComparison.Ordinal);
        var profile = JsonSerializer.Deserialize<Data.Profiles.TableProfile>(await ReadTextAsync(second.Profile), MessageJson.Options)!;
        Assert.Equal((500, 599), (profile.RowCount, profile.Find("x")!.Numbers!.Maximum));
        var exception = await Assert.ThrowsAsync<MeshException>(() => _host.CallAsync(
            """{"task_type":"profile_dataset","data":{"dataset":"numbers","version":2,"reference":2}}"""));
        Assert.Contains("cannot be compared with itself", exception.Message, StringComparison.Ordinal);
    }

    private static string Short(string cell) => cell.Length > 2 && double.TryParse(cell, CultureInfo.InvariantCulture, out var number)
        ? Math.Round(number, 9).ToString(CultureInfo.InvariantCulture)
        : cell;

    private async Task<Matrix> ReadMatrixAsync(string digest)
    {
        await using var stream = await _host.Artifacts.OpenAsync(digest, Token);
        return NpyFile.Read(stream);
    }

    private async Task<byte[]> ReadBytesAsync(string digest)
    {
        await using var stream = await _host.Artifacts.OpenAsync(digest, Token);
        using var content = new MemoryStream();
        await stream.CopyToAsync(content, Token);
        return content.ToArray();
    }

    private async Task<string> ReadTextAsync(string digest) => System.Text.Encoding.UTF8.GetString(await ReadBytesAsync(digest));
}
