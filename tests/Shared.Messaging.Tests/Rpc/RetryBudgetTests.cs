using System.Text.Json;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Rpc;

namespace Skipper.Shared.Messaging.Tests.Rpc;

public sealed class RetryBudgetTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly MeshException Transient = MeshException.Unavailable("not now");

    [Theory]
    [InlineData(1, 80, 120)]
    [InlineData(2, 160, 240)]
    [InlineData(3, 320, 480)]
    [InlineData(4, 640, 960)]
    public void The_pause_doubles_and_varies_by_a_fifth(int attempts, int least, int most) =>
        Assert.All(Enumerable.Range(0, 100), _ => Assert.InRange(
            Assert.NotNull(new RetryBudget().PauseBeforeNext(Transient, attempts, Minute)).TotalMilliseconds, least, most));

    [Fact]
    public void After_the_last_attempt_there_is_no_other() =>
        Assert.Null(new RetryBudget().PauseBeforeNext(Transient, RetryBudget.MaxAttempts, Minute));

    [Fact]
    public void What_would_come_after_the_deadline_is_not_tried() =>
        Assert.Null(new RetryBudget().PauseBeforeNext(Transient, 1, TimeSpan.FromMilliseconds(79)));

    [Fact]
    public void A_worker_that_names_a_time_is_not_asked_earlier()
    {
        var later = new MeshException(ErrorCode.ResourceExhausted, "busy") { Details = JsonSerializer.SerializeToElement(new { retry_after_seconds = 7 }) };
        Assert.Equal(TimeSpan.FromSeconds(7), new RetryBudget().PauseBeforeNext(later, 1, Minute));
        Assert.Null(new RetryBudget().PauseBeforeNext(later, 1, TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void Errors_that_will_stay_and_refusals_are_neither_repeated_nor_counted()
    {
        var budget = new RetryBudget();
        foreach (var error in (MeshException[])[MeshException.NotFound("no"), MeshException.NoWorker("nobody"), MeshException.Refused("full", 1)])
        {
            Assert.Null(budget.PauseBeforeNext(error, 1, Minute));
            Repeat(20, () => budget.Failed(error));
        }

        Assert.NotNull(budget.PauseBeforeNext(Transient, 1, Minute));
    }

    [Fact]
    public void Five_failures_end_repeating_until_ten_calls_for_each_have_succeeded()
    {
        var budget = new RetryBudget();
        Repeat(4, () => budget.Failed(Transient));
        Assert.NotNull(budget.PauseBeforeNext(Transient, 1, Minute));
        budget.Failed(Transient);
        Assert.Null(budget.PauseBeforeNext(Transient, 1, Minute));

        Repeat(5, () => budget.Failed(Transient)); // Empty, and no emptier by more failures.
        budget.Failed(Transient);
        Repeat(50, budget.Succeeded);
        Assert.Null(budget.PauseBeforeNext(Transient, 1, Minute));
        budget.Succeeded();
        Assert.NotNull(budget.PauseBeforeNext(Transient, 1, Minute));
    }

    private static void Repeat(int times, Action action)
    {
        for (var i = 0; i < times; i++)
        {
            action();
        }
    }
}
