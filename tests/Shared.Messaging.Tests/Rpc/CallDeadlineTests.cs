using Skipper.Shared.Messaging.Rpc;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Tests.Rpc;

public sealed class CallDeadlineTests
{
    private static readonly DateTimeOffset Received = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 1000)]
    [InlineData(400, 600)]
    [InlineData(1000, 0)]
    [InlineData(1250, -250)] // Late, but by no more than clocks differ: it is answered, not done.
    [InlineData(1251, 1000)] // The broker drops what is late, so this clock is wrong.
    [InlineData(-1, 1000)] // From the future.
    [InlineData(-3_600_000, 1000)]
    public void What_is_left_of_a_second_depends_on_the_age(int ageMilliseconds, int leftMilliseconds) =>
        Assert.Equal(
            Received.AddMilliseconds(leftMilliseconds),
            CallDeadline.Of(Sent(Received.AddMilliseconds(-ageMilliseconds), TimeSpan.FromSeconds(1)), Received));

    [Fact]
    public void A_message_without_a_time_has_no_deadline() => Assert.Null(CallDeadline.Of(Sent(null, null), Received));

    [Fact]
    public void A_timeout_beyond_the_end_of_time_is_none() =>
        Assert.Equal(CallDeadline.Never, CallDeadline.Of(Sent(Received, TimeSpan.MaxValue), Received));

    private static Message Sent(DateTimeOffset? at, TimeSpan? timeout) =>
        new() { Body = "{}"u8.ToArray(), SentAt = at, Expiration = timeout };
}
