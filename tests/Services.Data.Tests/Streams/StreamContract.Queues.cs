using System.Text;
using System.Text.Json;
using Skipper.Services.Data.Streams;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Services.Data.Tests.Streams;

public abstract partial class StreamContract
{
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
}
