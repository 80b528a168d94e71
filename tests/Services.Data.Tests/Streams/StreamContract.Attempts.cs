using System.Text.Json;
using Skipper.Services.Data.Streams;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Tests.Streams;

public abstract partial class StreamContract
{
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
}
