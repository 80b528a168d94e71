using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Skipper.Services.Data.Streams;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Transports;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Streams;

/// <summary>What streams promise on either database.</summary>
public abstract partial class StreamContract : IAsyncLifetime
{
    private TestStorage _storage = null!;
    private DataHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private StreamRunner Streams => _host.Service<StreamRunner>();

    private StreamJournal Journal => _host.Service<StreamJournal>();

    private ITransport Transport => _host.Service<ITransport>();

    public async ValueTask InitializeAsync()
    {
        _storage = await CreateStorageAsync();
        _host = new DataHost(_storage);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        if (_storage is not null)
        {
            await _storage.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Rows_of_a_dataset_go_through_the_steps_in_order()
    {
        await _host.StartAsync();
        await _host.ImportAsync("ports", "name,depth,berths\nRast,12.5,3\nVik,,2\nNes,8,\nHov,15,1\nEid,4,9\n");

        var answer = await _host.CallAsync("""
            {"task_type":"process_dataset","data":{"dataset":{"name":"ports"},"steps":[
                {"where":{"column":"name","is":"!=","value":"Hov"}},
                {"require":["depth","berths"]},
                {"where":{"column":"depth","is":">","value":5}},
                {"rename":{"depth":"metres"}},
                {"keep":["metres","name"]}]}}
            """);

        Assert.Equal((5, 1, 2, 2), Counts(answer));
        Assert.Equal("{\"metres\":12.5,\"name\":\"Rast\"}\n", await TextAsync(answer, "output"));
        Assert.Equal(
            """
            {"position":2,"step":"require","reason":"missing: depth","record":{"name":"Vik","depth":null,"berths":2}}
            {"position":3,"step":"require","reason":"missing: berths","record":{"name":"Nes","depth":8,"berths":null}}

            """.ReplaceLineEndings("\n"),
            await TextAsync(answer, "dead_letters"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Lines_that_are_no_json_objects_go_to_the_dead_letters(bool packed)
    {
        byte[] file =
        [
            .. "{\"a\":1}\n\n[1]\n{\"a\":2,\"a\":3}\n"u8, .. "{\"a\":\""u8, 0xFF, .. "\"}\n{\"a\":1e400}\n{\"a\"\r\n"u8,
            .. Encoding.UTF8.GetBytes(new string('[', 100_000) + "\n{\"a\":\"" + new string('x', 2_000_000) + "\"}\n{\"a\":4}"),
        ];
        var artifact = await PutAsync(file, packed);

        var done = await RunAsync(new StreamPlan { Artifact = artifact });

        Assert.Equal((9L, 3L, 6L, 0L), (done.Read, done.Written, done.Dead, done.LeftOut));
        Assert.Equal("{\"a\":1}\n{\"a\":1e400}\n{\"a\":4}\n", await TextAsync(done.Output));
        var dead = (await TextAsync(done.DeadLetters!)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToList();
        Assert.Equal([3, 4, 5, 7, 8, 9], dead.Select(letter => letter.GetProperty("position").GetInt32()));
        Assert.All(dead, letter => Assert.Equal("read", letter.GetProperty("step").GetString()));
        Assert.Equal("longer than 1048576 bytes", dead[^1].GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Progress_is_told()
    {
        var reports = new List<(double Percent, string Message)>();

        await Streams.RunAsync(Guid.NewGuid(), Numbers(4000), (percent, message) => reports.Add((percent, message)), Token);

        Assert.Equal([(25, "1000 records"), (50, "2000 records"), (75, "3000 records"), (100, "4000 records")], reports);
    }

    [Fact]
    public async Task A_stream_of_nothing_has_an_empty_output()
    {
        var done = await RunAsync(new StreamPlan { Artifact = await PutAsync([], packed: false) });

        Assert.Equal((0L, 0L, null), (done.Read, done.Written, done.DeadLetters));
        Assert.Equal("", await TextAsync(done.Output));
    }

    public static TheoryData<StreamPlan, string> Refused => new()
    {
        { new(), "A stream has one source" },
        { new() { Dataset = new() { Name = "a" }, Artifact = "b" }, "A stream has one source" },
        { new() { Queue = new() { Name = "skipper_data" } }, "found skipper_data" },
        { new() { Queue = new() { Name = "q", IdleSeconds = 0 } }, "idle_seconds is more than 0 and at most 3600, found 0." },
        { new() { Artifact = "b", BatchSize = 0 }, "batch_size is 1 to 10000, found 0." },
        { new() { Artifact = "b", Parallelism = 17 }, "parallelism is 1 to 16, found 17." },
        { new() { Artifact = "b", Steps = [new()] }, "Step 1 has one of keep, rename, require, where and call, found 0 of them." },
        { new() { Artifact = "b", Steps = [new() { Keep = [], Require = [] }] }, "found 2 of them." },
        { Where("=", JsonSerializer.SerializeToElement(1)), "'is' of step 1 is one of == != < <= > >=, found '='." },
        { Where("==", JsonSerializer.SerializeToElement(new int[1])), "'value' of step 1 is a number" },
        { new() { Artifact = "b", Steps = [new() { Call = new() { Task = "t", Queue = Queues.Results } }] }, "own skipper.results" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_plan_that_cannot_be_followed_is_refused(StreamPlan plan, string expected)
    {
        var exception = await Assert.ThrowsAsync<MeshException>(() => RunAsync(plan));

        Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    protected abstract Task<TestStorage> CreateStorageAsync();

    private static StreamPlan Where(string comparison, JsonElement value) => new()
    {
        Artifact = "b",
        Steps = [new() { Where = new() { Column = "a", Is = comparison, Value = value } }],
    };

    private static RecordPipeline Numbers(int count) => Numbers(new NumberSource(count));

    private static RecordPipeline Numbers(NumberSource source) => new(source, []) { BatchSize = 1000, Parallelism = 2 };

    private static (int, int, int, int) Counts(JsonElement answer) => (
        answer.GetProperty("read").GetInt32(), answer.GetProperty("written").GetInt32(),
        answer.GetProperty("left_out").GetInt32(), answer.GetProperty("dead").GetInt32());

    private Task<ProcessedDataset> RunAsync(StreamPlan plan) => Streams.RunAsync(Guid.NewGuid(), plan, (_, _) => { }, Token);

    private Task<string> TextAsync(JsonElement answer, string member) => TextAsync(answer.GetProperty(member).GetString()!);

    private async Task<string> TextAsync(string digest)
    {
        using var reader = new StreamReader(await _host.Artifacts.OpenAsync(digest, Token));
        return await reader.ReadToEndAsync(Token);
    }

    private async Task<string> PutAsync(byte[] content, bool packed)
    {
        using var file = new MemoryStream();
        await using (var writer = packed ? new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true) : (Stream)file)
        {
            await writer.WriteAsync(content, Token);
            if (!packed)
            {
                file.Position = 0;
                return await _host.Artifacts.PutAsync(file, Token);
            }
        }

        file.Position = 0;
        return await _host.Artifacts.PutAsync(file, Token);
    }
}

public sealed class SqliteStreamTests : StreamContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}

public sealed class PostgreSqlStreamTests : StreamContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
