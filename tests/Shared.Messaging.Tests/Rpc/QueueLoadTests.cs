using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Rpc;
using Skipper.Testing;

namespace Skipper.Shared.Messaging.Tests.Rpc;

public sealed class QueueLoadTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new();
    private readonly QueueLoad _load;

    public QueueLoadTests() => _load = new QueueLoad("q", _time);

    [Fact]
    public void The_wait_is_the_backlog_by_the_rate_at_which_it_shrinks()
    {
        Enter(1000);
        Observe(waiting: 800, completed: 0);
        Observe(waiting: 700, completed: 100);
        Assert.Equal(7, Assert.NotNull(_load.EstimatedWait()).TotalSeconds, precision: 3);
    }

    [Fact]
    public void A_call_that_would_wait_too_long_is_refused_and_told_when_to_come_again()
    {
        Enter(1000);
        Observe(waiting: 800, completed: 0);
        Observe(waiting: 700, completed: 100);
        _load.RequireRoom(1000, 4096, TimeSpan.FromSeconds(10));
        var error = Assert.Throws<MeshException>(() => _load.RequireRoom(1000, 4096, TimeSpan.FromSeconds(2.5)));
        Assert.Equal((ErrorCode.ResourceExhausted, 6), (error.Code, error.RetryAfterSeconds));
    }

    [Fact]
    public void What_was_sent_and_answered_since_the_last_look_counts()
    {
        Enter(1000);
        Observe(waiting: 800, completed: 0);
        Observe(waiting: 700, completed: 100);
        Enter(300);
        Assert.Equal(10, Assert.NotNull(_load.EstimatedWait()).TotalSeconds, precision: 3);
        for (var i = 0; i < 500; i++)
        {
            _load.Leave();
        }

        Assert.Equal(5, Assert.NotNull(_load.EstimatedWait()).TotalSeconds, precision: 3);
    }

    [Fact]
    public void Messages_of_other_callers_do_not_count_against_ours()
    {
        Enter(10);
        Observe(waiting: 100_000, completed: 0);
        Observe(waiting: 100_000, completed: 20);
        Assert.Equal(0.5, Assert.NotNull(_load.EstimatedWait()).TotalSeconds, precision: 3);
    }

    [Fact]
    public void Callers_that_were_slow_say_nothing_about_the_workers()
    {
        Enter(1000);
        Observe(waiting: 0, completed: 20);
        Observe(waiting: 900, completed: 20);
        Assert.Null(_load.EstimatedWait());
    }

    [Fact]
    public void A_few_answers_are_no_rate_yet()
    {
        Enter(1000);
        Observe(waiting: 800, completed: 0);
        Observe(waiting: 800, completed: 15);
        Assert.Null(_load.EstimatedWait());
        Observe(waiting: 800, completed: 5);
        Assert.Equal(80, Assert.NotNull(_load.EstimatedWait()).TotalSeconds, precision: 3);
    }

    [Fact]
    public void A_queue_that_ran_dry_has_no_wait()
    {
        Enter(1000);
        Observe(waiting: 800, completed: 0);
        Observe(waiting: 800, completed: 100);
        Observe(waiting: 0, completed: 800);
        Assert.Null(_load.EstimatedWait());
    }

    [Fact]
    public void An_old_observation_is_forgotten()
    {
        Enter(1000);
        Observe(waiting: 800, completed: 0);
        Observe(waiting: 800, completed: 100);
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Null(_load.EstimatedWait());
        Observe(waiting: 800, completed: 1);
        Assert.Null(_load.EstimatedWait());
    }

    private void Enter(int calls)
    {
        for (var i = 0; i < calls; i++)
        {
            _load.Enter();
        }
    }

    private void Observe(int waiting, int completed)
    {
        for (var i = 0; i < completed; i++)
        {
            _load.Completed();
        }

        _time.Advance(Second);
        _load.Observe(waiting);
    }
}
