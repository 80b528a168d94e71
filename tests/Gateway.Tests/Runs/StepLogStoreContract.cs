using Skipper.Gateway.Runs;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.Runs;

/// <summary>What the table of logs holds on every database.</summary>
public abstract class StepLogStoreContract : IAsyncLifetime
{
    private static readonly DateTimeOffset Moment = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    private RunsHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract Task<TestStorage> CreateStorageAsync();

    public async ValueTask InitializeAsync() => _host = new RunsHost(await CreateStorageAsync());

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Lines_are_kept_as_they_were_logged()
    {
        var attempt = await _host.AcceptAsync();
        await AppendAsync(attempt, Line(1, "500 rows, ü \"quoted\"\nand more"), Line(2, "zero \0"));

        var lines = await ReadAsync(attempt);
        Assert.Equal(Line(1, "500 rows, ü \"quoted\"\nand more"), lines[0]);
        Assert.Equal("zero \uFFFD", lines[1].Message);
    }

    [Fact]
    public async Task Lines_that_come_again_are_kept_once()
    {
        var attempt = await _host.AcceptAsync();
        await AppendAsync(attempt, Line(1, "one"), Line(2, "two"));
        await AppendAsync(attempt, Line(2, "two"), Line(3, "three"));

        Assert.Equal(["one", "two", "three"], (await ReadAsync(attempt)).Select(line => line.Message));
    }

    [Fact]
    public async Task Each_attempt_has_lines_of_its_own()
    {
        var first = await _host.AcceptAsync();
        var second = first with { Attempt = 2 };
        await AppendAsync(first, Line(1, "first"));
        await AppendAsync(second, Line(1, "second"));

        Assert.Equal("first", Assert.Single(await ReadAsync(first)).Message);
        Assert.Equal("second", Assert.Single(await ReadAsync(second)).Message);
    }

    [Fact]
    public async Task The_last_line_that_is_kept_says_so()
    {
        var attempt = await _host.AcceptAsync();
        await AppendAsync(attempt, Line(9_999, "kept"), Line(10_000, "replaced"), Line(10_001, "too many"));

        Assert.Equal(["kept", "Only the first 10000 lines are kept."], (await ReadAsync(attempt)).Select(line => line.Message));
    }

    private static StepLogLine Line(int seq, string message) => new() { Seq = seq, At = Moment, Level = "information", Message = message };

    private Task<bool> AppendAsync(AttemptId attempt, params StepLogLine[] lines) => _host.Database.WriteAsync(
        async transaction =>
        {
            await _host.Get<StepLogStore>().AppendAsync(transaction, attempt, lines, Token);
            return true;
        },
        Token);

    private Task<List<StepLogLine>> ReadAsync(AttemptId attempt) => _host.Database.ReadAsync(
        connection => connection.QueryAsync<StepLogLine>(
            _host.Database.Sql("""
                SELECT seq AS Seq, at AS At, level AS Level, message AS Message FROM gateway.step_logs
                WHERE run_id = @RunId AND step = @Step AND attempt = @Attempt ORDER BY seq
                """),
            attempt,
            Token),
        Token);
}

public sealed class SqliteStepLogStoreTests : StepLogStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}

public sealed class PostgreSqlStepLogStoreTests : StepLogStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
