using Skipper.Services.Training.Experiments;
using Skipper.Services.Training.Trainings;
using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Testing;

namespace Skipper.Services.Training.Tests.Trainings;

public sealed class SignsOfLifeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_training_gives_signs_of_life_as_long_as_it_lasts()
    {
        var time = new ManualTime();
        await using var storage = TestStorage.Sqlite();
        using var host = new TrainingHost(storage, time);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var data = new FakeDataService(async _ =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation.Token);
            throw new InvalidOperationException("Nobody waits for ever.");
        });
        var plan = TrainingPlan.Create("0.2", new TrainingOptions { Experiment = "slow", Engine = "linear" }, EngineCatalog.CreateDefault());

        // Given a training that waits for its data, when it is two minutes later
        var training = host.Job(data, new HastyTimers()).RunAsync(
            plan, null, Samples.Context(), (_, run) => Task.FromResult(run), cancellation.Token);
        await Task.WhenAny(asked.Task, training);
        time.Advance(TimeSpan.FromMinutes(2));

        // Then it is not lost, or only until its next sign
        await Eventually.TrueAsync(async () => await StateAsync() == RunStates.Running, "a sign of life", Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => training);
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(RunStates.Cancelled, await StateAsync());

        async Task<string> StateAsync() => Assert.Single(await host.Experiments.ListAsync("slow", null, 10, Token)).State;
    }

    /// <summary>Timers that do not let a test wait.</summary>
    private sealed class HastyTimers : TimeProvider
    {
        private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(5);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Soon, Soon);
    }
}
