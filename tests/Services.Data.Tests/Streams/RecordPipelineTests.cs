using Skipper.Services.Data.Streams;

namespace Skipper.Services.Data.Tests.Streams;

public sealed class RecordPipelineTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 4)]
    [InlineData(5000, 16)]
    public async Task Records_come_out_in_the_order_in_which_they_were_read(int batchSize, int parallelism)
    {
        var random = new Random(3);
        var uneven = new LambdaTransform(_ => Thread.SpinWait(random.Next(500)));
        var pipeline = Pipeline(new NumberSource(1000), batchSize, parallelism, uneven);
        var positions = new List<long>();

        await pipeline.RunAsync(10, Take, Token);

        Assert.Equal(Enumerable.Range(11, 990).Select(n => (long)n), positions);

        Task Take(IReadOnlyList<StreamRecord> records)
        {
            positions.AddRange(records.Select(record => record.Position));
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task No_more_than_a_few_batches_are_on_their_way_however_many_records_there_are()
    {
        var source = new NumberSource(100_000);
        var written = 0;
        var most = 0;
        var pipeline = Pipeline(source, batchSize: 100, parallelism: 3, new LambdaTransform(_ => { }));

        await pipeline.RunAsync(0, TakeAsync, Token);

        Assert.Equal(100_000, written);
        Assert.InRange(most, 100, 600);

        async Task TakeAsync(IReadOnlyList<StreamRecord> records)
        {
            await Task.Yield();
            most = Math.Max(most, source.Read - written);
            written += records.Count;
        }
    }

    [Fact]
    public async Task A_step_sees_only_what_the_steps_before_it_let_through()
    {
        var seen = new List<long>();
        var pipeline = Pipeline(
            new NumberSource(6),
            10,
            1,
            new LambdaTransform(record => Do(record.Position % 2 == 0, record.LeaveOut)),
            new LambdaTransform(record => Do(record.Position == 3, () => record.Fail("test", "three"))),
            new LambdaTransform(record => seen.Add(record.Position)));
        var all = 0;

        await pipeline.RunAsync(0, records => Task.FromResult(all += records.Count), Token);

        Assert.Equal([1L, 5], seen);
        Assert.Equal(6, all);

        static void Do(bool when, Action action)
        {
            if (when)
            {
                action();
            }
        }
    }

    [Fact]
    public async Task A_failure_anywhere_ends_the_pipeline_with_it()
    {
        var failing = Pipeline(new NumberSource(1000), 10, 2, new LambdaTransform(record => Throw(record.Position == 555)));
        await Assert.ThrowsAsync<TimeoutException>(() => failing.RunAsync(0, _ => Task.CompletedTask, Token));

        var writing = Pipeline(new NumberSource(1000), 10, 2);
        await Assert.ThrowsAsync<TimeoutException>(() => writing.RunAsync(
            0, records => Task.Run(() => Throw(records[0].Position == 501)), Token));

        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var stopped = Pipeline(new NumberSource(1000), 10, 2, new LambdaTransform(record => stopping.CancelAsync().Wait(Token)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped.RunAsync(0, _ => Task.CompletedTask, stopping.Token));

        static void Throw(bool when)
        {
            if (when)
            {
                throw new TimeoutException("The test says so.");
            }
        }
    }

    private static RecordPipeline Pipeline(
        IRecordSource source, int batchSize, int parallelism, params IReadOnlyList<IRecordTransform> transforms) =>
        new(source, transforms) { BatchSize = batchSize, Parallelism = parallelism };
}
