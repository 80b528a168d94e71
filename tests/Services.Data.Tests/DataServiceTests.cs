using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Arrays;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests;

/// <summary>The data service as its callers see it: over the mesh, on SQLite.</summary>
public sealed class DataServiceTests : IAsyncLifetime
{
    private const string Small = "a,b,y,town\n1,2,3,x\n2,3,5,x\n3,1,4,y\n4,5,9,\n5,5,10,x\n6,2,8,x\n";

    private readonly TestStorage _storage = TestStorage.Sqlite();
    private DataHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = new DataHost(_storage, ("Skipper:Data:MaxMegabytes", "1"));
        await _host.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _storage.DisposeAsync();
    }

    [Fact]
    public async Task The_sample_is_there_after_the_first_start()
    {
        await Eventually.TrueAsync(
            async () => await _host.Datasets.FindAsync("housing", null, Token) is not null, "the sample is registered", Token);

        var list = await _host.Rpc.CallAsync(new ListDatasets(), cancellationToken: Token);
        var housing = Assert.Single(list.Datasets);
        Assert.Equal(("housing", 1, 500, 0), (housing.Name, housing.Version, housing.RowCount, housing.RejectedCount));
        Assert.Equal(
            "crim,zn,indus,chas,nox,rm,age,dis,rad,tax,ptratio,b,lstat,price",
            string.Join(',', housing.Columns.Select(column => column.Name)));
        Assert.DoesNotContain(housing.Columns, column => column.Type == "text" || column.MissingCount > 0);

        // What a version is called must not change with the program: others keep the name.
        Assert.StartsWith("c591fc7bf901", housing.Digest, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"task_type":"training","payload":"0.2"}""")]
    [InlineData("""{"task_type":"training","payload":0.2,"description":"as a number"}""")]
    [InlineData("""{"task_type":"split_dataset"}""")]
    [InlineData("""{"task_type":"whatever the caller calls it","payload":"0.2"}""")]
    public async Task The_original_request_is_answered_with_the_array_of_six(string request)
    {
        var reply = await _host.CallAsync(request);

        Assert.Equal(6, reply.GetArrayLength());
        int[] rows = [320, 100, 80];
        for (var part = 0; part < 3; part++)
        {
            var features = reply[part];
            var targets = reply[part + 3];
            Assert.Equal(rows[part], features.GetArrayLength());
            Assert.All(features.EnumerateArray(), row => Assert.Equal(12, row.GetArrayLength()));
            Assert.Equal(2, targets.GetArrayLength());
            Assert.All(targets.EnumerateArray(), target => Assert.Equal(rows[part], target.GetArrayLength()));
        }

        var first = reply[0].EnumerateArray().Select(row => row[0].GetDouble()).ToList();
        Assert.Equal(0, first.Average(), 1e-9);
        Assert.Equal(1, Math.Sqrt(first.Sum(value => value * value) / (first.Count - 1)), 1e-9);
        Assert.All(reply[3][0].EnumerateArray(), price => Assert.InRange(price.GetDouble(), 5, 50));
        Assert.All(reply[3][1].EnumerateArray(), ratio => Assert.InRange(ratio.GetDouble(), 12.6, 22));
    }

    [Fact]
    public async Task A_reference_names_the_same_numbers_as_npy_artifacts()
    {
        await _host.ImportAsync("small", Small);
        const string Data = """ "data":{"dataset":"small","targets":["y"],"seed":5} """;

        var arrays = await _host.CallAsync($$"""{"task_type":"split_dataset","payload":"0.2",{{Data}}}""");
        var split = (await _host.CallAsync($$"""{"task_type":"split_dataset","payload":"0.2","reply":"reference",{{Data}}}"""))
            .Deserialize<DatasetSplit>(MessageJson.Options)!;

        Assert.Equal(("small", 1, 5, 0), (split.Dataset.Name, split.Dataset.Version, split.Seed, split.DroppedRowCount));
        Assert.Equal(["a", "b"], split.Features.Select(feature => feature.Name));
        SplitPart[] parts = [split.Train, split.Test, split.Validation];
        Assert.Equal([3, 2, 1], parts.Select(part => part.RowCount));
        for (var part = 0; part < 3; part++)
        {
            Assert.Equal(
                arrays[part].EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(value => value.GetDouble()),
                (await ReadAsync(parts[part].Features)).Values);
            Assert.Equal(
                arrays[part + 3][0].EnumerateArray().Select(value => value.GetDouble()),
                (await ReadAsync(parts[part].Targets)).Values);
        }
    }

    [Fact]
    public async Task The_same_split_has_the_same_digests_on_every_machine()
    {
        await using var elsewhere = TestStorage.Sqlite();
        await using var other = new DataHost(elsewhere);
        await other.StartAsync();
        const string Request = """{"task_type":"split_dataset","payload":"0.25","reply":"reference","data":{"seed":7}}""";

        var first = (await _host.CallAsync(Request)).Deserialize<DatasetSplit>(MessageJson.Options)!;
        var second = (await other.CallAsync(Request)).Deserialize<DatasetSplit>(MessageJson.Options)!;

        Assert.Equal(first.Dataset.Digest, second.Dataset.Digest);
        Assert.Equal((first.Train, first.Test, first.Validation), (second.Train, second.Test, second.Validation));
    }

    [Fact]
    public async Task The_same_content_is_the_same_version_and_announced_once()
    {
        var first = await _host.ImportAsync("small", Small);
        var again = await _host.ImportAsync("small", Small.Replace("\n", "\r\n"));
        var second = await _host.ImportAsync("small", Small + "7,7,14,x\n");

        Assert.Equivalent(first, again, strict: true);
        Assert.Equal((1, 2), (first.Version, second.Version));
        Assert.NotEqual(first.Digest, second.Digest);
        Assert.Equal(
            [1, 2],
            _host.Events.Published.OfType<DatasetPublished>().Select(e => e.Dataset).Where(d => d.Name == "small").Select(d => d.Version));
        var found = await _host.Rpc.CallAsync(
            new FindDataset { Data = new DatasetName { Name = "small", Version = 1 } }, cancellationToken: Token);
        Assert.Equivalent(first, found, strict: true);
    }

    [Fact]
    public async Task A_version_counts_even_if_it_cannot_be_announced()
    {
        _host.Events.Broken = true;

        var version = await _host.ImportAsync("quiet", Small);

        Assert.Equal(1, version.Version);
        Assert.NotNull(await _host.Datasets.FindAsync("quiet", 1, Token));
    }

    [Fact]
    public async Task Rejected_rows_are_kept_with_their_cells()
    {
        var bad = string.Concat(Enumerable.Range(0, 25).Select(i => $"only one cell {i}\n"));
        var good = string.Concat(Enumerable.Range(0, 25).Select(i => $"{i},1,2,x\n"));

        var version = await _host.ImportAsync("mixed", "a,b,y,town\n" + bad + good);

        Assert.Equal((25, 25, 20), (version.RowCount, version.RejectedCount, version.Rejected.Count));
        Assert.Equal(new RejectedRow(2, "expected 4 cells, found 1"), version.Rejected[0]);
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(_storage.Folder, "skipper.db")}");
        var rejects = await connection.ExecuteScalarAsync<string>(
            "SELECT rejects FROM data_dataset_versions WHERE name = 'mixed'");
        using var reader = new StreamReader(await _host.Artifacts.OpenAsync(rejects!, Token));
        var lines = (await reader.ReadToEndAsync(Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(25, lines.Length);
        Assert.Equal("""{"line":26,"reason":"expected 4 cells, found 1","cells":["only one cell 24"]}""", lines[24]);
    }

    [Theory]
    [InlineData("""{"task_type":"translate"}""", "invalid_argument", "Unknown task_type 'translate' on skipper_data; known are: ")]
    [InlineData("""{}""", "invalid_argument", "list_datasets, ")]
    [InlineData("""{"task_type":"training","payload":"1.5"}""", "invalid_argument", "found '1.5'")]
    [InlineData("""{"task_type":"training","payload":true}""", "invalid_argument", "Expected text or a number")]
    [InlineData("""{"task_type":"split_dataset","reply":"csv"}""", "invalid_argument", "found 'csv'")]
    [InlineData("""{"task_type":"split_dataset","data":{"targets":["rooms"]}}""", "invalid_argument", "There is no column 'rooms'")]
    [InlineData("""{"task_type":"split_dataset","data":{"version":9}}""", "not_found", "Dataset 'housing' has no version 9; it has versions 1 to 1.")]
    [InlineData("""{"task_type":"find_dataset","data":{"name":"hosing"}}""", "not_found", "There is no dataset 'hosing'. There are: housing.")]
    [InlineData("""{"task_type":"find_dataset","data":{}}""", "invalid_argument", "name")]
    [InlineData("""{"task_type":"import_dataset","data":{"name":"x","artifact":"../secret"}}""", "not_found", "64 lower case hex digits, was '../secret'")]
    public async Task A_wrong_request_is_answered_with_what_is_wrong(string request, string code, string expected)
    {
        await _host.CallAsync("""{"task_type":"split_dataset"}"""); // The sample is there.

        var exception = await Assert.ThrowsAsync<MeshException>(() => _host.CallAsync(request));

        Assert.Equal(code, exception.Code.ToWire());
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Upper")]
    [InlineData("-first")]
    [InlineData("with space")]
    [InlineData("newline\n")]
    [InlineData("a23456789b23456789c23456789d23456789e23456789f23456789g23456789h2345")]
    public async Task A_name_that_is_none_is_refused(string name)
    {
        var exception = await Assert.ThrowsAsync<MeshException>(() => _host.ImportAsync(name, Small));

        Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
        Assert.Contains($"found '{name}'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_beyond_the_limit_is_refused()
    {
        var csv = "a,b\n" + string.Concat(Enumerable.Repeat("1,2\n", 300_000));

        var exception = await Assert.ThrowsAsync<MeshException>(() => _host.ImportAsync("large", csv));

        Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
        Assert.Contains("larger than 1 MiB", exception.Message, StringComparison.Ordinal);
        Assert.Null(await _host.Datasets.FindAsync("large", null, Token));
    }

    private async Task<Matrix> ReadAsync(string digest)
    {
        await using var stream = await _host.Artifacts.OpenAsync(digest, Token);
        return NpyFile.Read(stream);
    }
}
