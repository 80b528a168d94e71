using System.Text;
using Microsoft.Extensions.Logging;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.StepLogs;
using Skipper.Testing;

namespace Skipper.Shared.Messaging.Tests.StepLogs;

public sealed class StepLogTests
{
    private static readonly DateTimeOffset Moment = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly StepLog _log = new();

    [Fact]
    public void Nothing_logged_is_nothing_to_send() => Assert.Null(_log.Next());

    [Fact]
    public void Lines_are_numbered_and_come_again_until_they_have_arrived()
    {
        _log.Add(Moment, "information", "one");
        _log.Add(Moment, "warning", "two");
        var lines = _log.Next();
        _log.Add(Moment, "information", "three");

        Assert.Equal(
            [
                new StepLogLine { Seq = 1, At = Moment, Level = "information", Message = "one" },
                new StepLogLine { Seq = 2, At = Moment, Level = "warning", Message = "two" },
            ],
            lines!);
        Assert.Equal(lines, _log.Next());
        _log.Sent();
        Assert.Equal((3, "three"), (_log.Next()!.Single().Seq, _log.Next()!.Single().Message));
        _log.Sent();
        Assert.Null(_log.Next());
    }

    [Fact]
    public void Not_more_than_200_lines_are_sent_at_once()
    {
        AddMany(201);
        Assert.Equal(Enumerable.Range(1, 200), _log.Next()!.Select(line => line.Seq));
        _log.Sent();
        Assert.Equal(201, _log.Next()!.Single().Seq);
    }

    [Fact]
    public void Not_more_than_32_KiB_are_sent_at_once()
    {
        for (var i = 0; i < 9; i++)
        {
            _log.Add(Moment, "information", new string('x', StepLog.LongestLine));
        }

        Assert.Equal(8, _log.Next()!.Count);
        _log.Sent();
        Assert.Equal(9, _log.Next()!.Single().Seq);
    }

    [Theory]
    [InlineData("x", 4096)]
    [InlineData("é", 2048)]
    [InlineData("x😀", 819)]
    [InlineData("xx😀", 682)]
    [InlineData("xxx😀", 585)]
    [InlineData("😀", 1024)]
    public void A_line_longer_than_4_KiB_is_cut_between_characters(string part, int fits)
    {
        var (kept, tooLong) = (string.Concat(Enumerable.Repeat(part, fits)), string.Concat(Enumerable.Repeat(part, fits + 2)));
        _log.Add(Moment, "information", kept);
        _log.Add(Moment, "information", tooLong);

        var (whole, cut) = (_log.Next()![0].Message, _log.Next()![1].Message);
        Assert.Equal(kept, whole);
        var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        Assert.InRange(strict.GetByteCount(cut), StepLog.LongestLine - 3, StepLog.LongestLine);
        Assert.EndsWith("…", cut, StringComparison.Ordinal);
        Assert.StartsWith(cut[..^1], tooLong, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_more_than_1000_waiting_lines_the_oldest_are_dropped_and_counted()
    {
        AddMany(StepLog.MostWaiting + 5);

        var lines = _log.Next()!;
        Assert.Equal((5, "warning"), (lines[0].Seq, lines[0].Level));
        Assert.Contains("5 lines were dropped", lines[0].Message, StringComparison.Ordinal);
        Assert.Equal((6, "line 6"), (lines[1].Seq, lines[1].Message));
        var all = new List<StepLogLine>(lines);
        for (_log.Sent(); _log.Next() is { } more; _log.Sent())
        {
            all.AddRange(more);
        }

        Assert.Equal(Enumerable.Range(5, StepLog.MostWaiting + 1), all.Select(line => line.Seq));
    }

    [Fact]
    public void A_logger_is_off_outside_of_an_attempt_and_below_information()
    {
        using var provider = new StepLogProvider(new ManualTime());
        var logger = provider.CreateLogger("any");

        Assert.False(logger.IsEnabled(LogLevel.Critical));
        StepLog.Current = _log;
        Assert.False(logger.IsEnabled(LogLevel.Debug));
        Assert.True(logger.IsEnabled(LogLevel.Information));
    }

    private void AddMany(int lines)
    {
        for (var i = 1; i <= lines; i++)
        {
            _log.Add(Moment, "information", $"line {i}");
        }
    }
}
