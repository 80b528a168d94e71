using Microsoft.Extensions.Options;
using Skipper.Shared.Messaging.Duplicates;

namespace Skipper.Shared.Messaging.Tests.Duplicates;

public sealed class ProcessMemoryTests
{
    private readonly MovableTime _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_is_remembered_for_the_window_and_then_forgotten()
    {
        var memory = Memory(new DuplicateOptions { WindowSeconds = 60 });
        await memory.RememberAsync("a", Answer(1), Token);
        _time.Advance(59);
        Assert.NotNull(await memory.FindAsync("a", Token));
        _time.Advance(1);
        Assert.Null(await memory.FindAsync("a", Token));
    }

    [Fact]
    public async Task The_oldest_answer_makes_room_for_the_newest()
    {
        var memory = Memory(new DuplicateOptions { MaxAnswers = 2 });
        await memory.RememberAsync("a", Answer(1), Token);
        await memory.RememberAsync("b", Answer(1), Token);
        await memory.RememberAsync("a", Answer(1), Token);
        await memory.RememberAsync("c", Answer(1), Token);
        Assert.Null(await memory.FindAsync("b", Token));
        Assert.NotNull(await memory.FindAsync("a", Token));
        Assert.NotNull(await memory.FindAsync("c", Token));
    }

    [Fact]
    public async Task Large_answers_are_bounded_by_their_size()
    {
        var memory = Memory(new DuplicateOptions { MaxMegabytes = 1 });
        await memory.RememberAsync("a", Answer(700_000), Token);
        await memory.RememberAsync("b", Answer(700_000), Token);
        Assert.Null(await memory.FindAsync("a", Token));
        Assert.NotNull(await memory.FindAsync("b", Token));
    }

    private ProcessMemory Memory(DuplicateOptions options) => new(Options.Create(options), _time);

    private static RememberedAnswer Answer(int size) => new("digest", new byte[size]);

    private sealed class MovableTime : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _seconds;

        public void Advance(long seconds) => _seconds += seconds;
    }
}
