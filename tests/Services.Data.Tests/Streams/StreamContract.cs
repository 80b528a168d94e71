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
public abstract class StreamContract : IAsyncLifetime
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
    public async Task Attempts_that_die_anywhere_lose_no_record_and_write_none_twice()
    {
        const int Count = 60_000;
        var random = new Random(7);
        var stream = Guid.NewGuid();
        ProcessedDataset? done = null;
        var deaths = 0;
        while (done is null)
        {
            using var dying = CancellationTokenSource.CreateLinkedTokenSource(Token);
            var left = random.Next(4000, 30_000);
            try
            {
                var pipeline = new RecordPipeline(new NumberSource(Count), [new LambdaTransform(record => Die(record, ref left, dying))])
                {
                    BatchSize = 1000,
                    Parallelism = 2,
                };
                done = await Streams.RunAsync(stream, pipeline, (_, _) => { }, dying.Token);
            }
            catch (Exception exception) when (exception is TimeoutException or OperationCanceledException && deaths++ < 50)
            {
            }
        }

        Assert.True(deaths > 2, $"{deaths} attempts died");
        Assert.True(done.Resumed > 0);
        Assert.Equal((Count, Count - (Count / 7), Count / 7), (done.Read, done.Written, done.Dead));
        var numbers = (await TextAsync(done.Output)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("n").GetInt32());
        Assert.Equal(Enumerable.Range(1, Count).Where(n => n % 7 != 0), numbers);

        static void Die(StreamRecord record, ref int left, CancellationTokenSource dying)
        {
            if (record.Position % 7 == 0)
            {
                record.Fail("test", "divided by seven");
            }

            if (Interlocked.Decrement(ref left) == 0)
            {
                if (record.Position % 2 == 0)
                {
                    throw new TimeoutException("The test says so.");
                }

                dying.Cancel();
            }
        }
    }

    [Fact]
    public async Task An_attempt_that_comes_again_after_the_end_gives_the_same_answer_and_reads_nothing()
    {
        var stream = Guid.NewGuid();
        var first = await Streams.RunAsync(stream, Numbers(2500), (_, _) => { }, Token);
        var source = new NumberSource(2500);

        var second = await Streams.RunAsync(stream, Numbers(source), (_, _) => { }, Token);

        Assert.Equal(0, source.Read);
        Assert.Equal(first with { Resumed = 2500 }, second);
    }

    [Fact]
    public async Task Messages_of_a_queue_are_acknowledged_when_they_are_committed()
    {
        var stream = Guid.NewGuid();
        await FillAsync("readings", 30);
        await Assert.ThrowsAsync<TimeoutException>(() => TakeAsync(30, record => Throw(record.Position == 15)));
        Assert.Equal(20, (await Transport.InspectAsync("readings", Token))!.Value.Waiting);

        var done = await TakeAsync(20, _ => { });

        Assert.Equal((30L, 29L, 1L, 10L), (done.Read, done.Written, done.Dead, done.Resumed));
        var numbers = (await TextAsync(done.Output)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("n").GetInt32());
        Assert.Equal(Enumerable.Range(1, 29), numbers.Order());
        Assert.Equal(0, (await Transport.InspectAsync("readings", Token))!.Value.Waiting);

        async Task<ProcessedDataset> TakeAsync(int messages, Action<StreamRecord> transform)
        {
            await using var source = QueueOf("readings", messages, stream);
            var pipeline = new RecordPipeline(source, [new LambdaTransform(transform)]) { BatchSize = 10, Parallelism = 1 };
            return await Streams.RunAsync(stream, pipeline, (_, _) => { }, Token);
        }

        static void Throw(bool when)
        {
            if (when)
            {
                throw new TimeoutException("The test says so.");
            }
        }
    }

    [Fact]
    public async Task A_message_that_comes_again_after_it_was_committed_is_not_taken_twice()
    {
        var stream = Guid.NewGuid();
        await FillAsync("again", 4);
        await GiveBackAsync("again", 4);
        using (var part = new StreamPart())
        {
            part.Add(new StreamRecord(1, new() { ["n"] = 3 }).From("m3", () => ValueTask.CompletedTask));
            await Journal.CommitAsync(stream, 1, part, Token);
        }

        await using var source = QueueOf("again", 3, stream);
        var done = await Streams.RunAsync(
            stream, new RecordPipeline(source, []) { BatchSize = 10, Parallelism = 1 }, (_, _) => { }, Token);

        Assert.Equal((4L, 1L), (done.Read, done.Resumed));
        Assert.Equal(1, (await TextAsync(done.Output)).Split("{\"n\":3}").Length - 1);
        Assert.Equal(0, (await Transport.InspectAsync("again", Token))!.Value.Waiting);
    }

    [Fact]
    public async Task A_queue_is_done_when_no_message_comes_for_a_while()
    {
        await FillAsync("short", 3);

        var done = await RunAsync(new StreamPlan { Queue = new() { Name = "short", IdleSeconds = 0.05 } });

        Assert.Equal((3L, 2L, 1L), (done.Read, done.Written, done.Dead));
    }

    [Fact]
    public async Task Of_two_attempts_that_commit_the_same_part_one_fails()
    {
        var stream = Guid.NewGuid();
        using var part = new StreamPart();
        part.Add(new StreamRecord(1, []));
        await Journal.CommitAsync(stream, 1, part, Token);

        var exception = await Assert.ThrowsAsync<MeshException>(() => Journal.CommitAsync(stream, 1, part, Token));

        Assert.Equal((ErrorCode.Unavailable, true), (exception.Code, exception.Retryable));
        Assert.Single(await Journal.LoadAsync(stream, Token));
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
        { new() { Artifact = "b", Steps = [new() { Call = new() { Task = "t", Queue = Queues.Results } }] }, "the mesh's own skipper.results" },
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

    private QueueSource QueueOf(string name, int messages, Guid stream) => new(
        new StreamQueue { Name = name, MaxRecords = messages, IdleSeconds = 60 },
        message => Journal.IsKnownAsync(stream, message, Token),
        Transport,
        TimeProvider.System)
    {
        Prefetch = 100,
    };

    /// <summary>Messages <c>{"n":1}</c> and so on, but for the last, which is no JSON object.</summary>
    private async Task FillAsync(string queue, int count)
    {
        await using (await Transport.ConsumeAsync(queue, 1, _ => { }))
        {
        }

        for (var n = 1; n <= count; n++)
        {
            var body = n < count ? $"{{\"n\":{n}}}" : "none";
            await Transport.SendAsync(queue, new Message { Body = Encoding.UTF8.GetBytes(body), MessageId = $"m{n}" }, Token);
        }
    }

    /// <summary>Takes messages and gives them back, as a process does that dies.</summary>
    private async Task GiveBackAsync(string queue, int count)
    {
        var taken = new TaskCompletionSource();
        await using (await Transport.ConsumeAsync(queue, count, _ => Take()))
        {
            await taken.Task.WaitAsync(Token);
        }

        void Take()
        {
            if (Interlocked.Decrement(ref count) == 0)
            {
                taken.SetResult();
            }
        }
    }

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
