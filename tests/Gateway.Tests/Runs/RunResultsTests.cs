using System.Text;
using Npgsql;
using Skipper.Gateway.Runs;
using Skipper.Gateway.Tests.Fakes;
using Skipper.Shared.Messaging.Transports;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.Runs;

public sealed class RunResultsTests : IAsyncLifetime
{
    private readonly RunsHost _host = new(TestStorage.Sqlite());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task The_answer_of_a_worker_that_does_not_claim_ends_the_run()
    {
        var attempt = await _host.DispatchAsync();
        var delivery = Deliver(attempt.ToString(), """{"label": "orange"}""");
        await _host.Get<RunResults>().HandleAsync(delivery, Token);

        Assert.True(delivery.Acked);
        var status = await _host.StatusAsync(attempt);
        Assert.Equal((RunState.Succeeded, """{"label": "orange"}"""), (status.State, status.Output));
    }

    [Fact]
    public async Task The_answer_of_a_worker_that_claims_counts_under_its_claim_only()
    {
        var attempt = await _host.DispatchAsync();
        var claim = Guid.NewGuid();
        await _host.Steps.ClaimAsync(attempt, claim, "worker", Token);
        await _host.Get<RunResults>().HandleAsync(Deliver(attempt.ToString(), "1", claim: Guid.NewGuid()), Token);
        await _host.Get<RunResults>().HandleAsync(Deliver(attempt.ToString(), "2", claim: claim), Token);

        Assert.Equal("2", (await _host.StatusAsync(attempt)).Output);
    }

    [Theory]
    [InlineData("""{"error":"Receiver exception","queue":"q"}""", null)]
    [InlineData("""{"error":"Wrong","code":"invalid_argument","retryable":false}""", "error")]
    [InlineData("""{"error":"Wrong","code":"internal"}""", null)]
    public async Task An_error_answer_is_a_failure(string body, string? status)
    {
        var attempt = await _host.DispatchAsync();
        await _host.Get<RunResults>().HandleAsync(Deliver(attempt.ToString(), body, status), Token);

        var run = await _host.StatusAsync(attempt);
        Assert.Equal((RunState.Failed, body), (run.State, run.Error));
    }

    [Fact]
    public async Task An_answer_that_came_as_a_reference_is_stored_whole()
    {
        var attempt = await _host.DispatchAsync();
        _host.Claims.Bodies["d1"] = Encoding.UTF8.GetBytes("""{"rows":[1,2,3]}""");
        await _host.Get<RunResults>().HandleAsync(DeliverReference(attempt.ToString(), "d1"), Token);

        var status = await _host.StatusAsync(attempt);
        Assert.Equal((RunState.Succeeded, """{"rows":[1,2,3]}"""), (status.State, status.Output));
    }

    [Fact]
    public async Task An_answer_whose_body_is_gone_fails_the_run_with_that()
    {
        var attempt = await _host.DispatchAsync();
        var delivery = DeliverReference(attempt.ToString(), "d2");
        await _host.Get<RunResults>().HandleAsync(delivery, Token);

        Assert.True(delivery.Acked);
        var status = await _host.StatusAsync(attempt);
        Assert.Equal(RunState.Failed, status.State);
        Assert.Contains("d2 has expired", status.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_member_of_an_answer_marked_ok_is_data()
    {
        var attempt = await _host.DispatchAsync();
        await _host.Get<RunResults>().HandleAsync(Deliver(attempt.ToString(), """{"error":"0.1"}""", "ok"), Token);

        Assert.Equal(RunState.Succeeded, (await _host.StatusAsync(attempt)).State);
    }

    [Fact]
    public async Task An_error_that_may_pass_is_tried_again()
    {
        var attempt = await _host.DispatchAsync();
        await _host.Get<RunResults>().HandleAsync(
            Deliver(attempt.ToString(), """{"error":"Busy","code":"unavailable","retryable":true}""", "error"), Token);

        Assert.Equal(2, (await _host.StatusAsync(attempt)).Attempt);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("not:a:step")]
    [InlineData("01980f5e-3c7a-7b1e-9f0a-5d2c8e4b6a10:task:x")]
    [InlineData("01980f5e-3c7a-7b1e-9f0a-5d2c8e4b6a10:task:1")]
    public async Task An_answer_to_nothing_is_dropped(string? correlationId)
    {
        var delivery = Deliver(correlationId, "{}");
        await _host.Get<RunResults>().HandleAsync(delivery, Token);

        Assert.True(delivery.Acked);
    }

    [Fact]
    public async Task Bytes_that_no_database_stores_do_not_block_the_queue()
    {
        var attempt = await _host.DispatchAsync();
        var delivery = new FakeDelivery(new Message { Body = new byte[] { 0xff, 0x00, 0x41 }, CorrelationId = attempt.ToString() });
        await _host.Get<RunResults>().HandleAsync(delivery, Token);

        Assert.True(delivery.Acked);
        Assert.Equal("\uFFFD\uFFFDA", (await _host.StatusAsync(attempt)).Output);
    }

    [Fact]
    public async Task Without_a_database_the_answer_goes_back_to_its_queue()
    {
        var nowhere = new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = 1, Timeout = 1, Username = "nobody" };
        await using var broken = new RunsHost(
            TestStorage.Sqlite(),
            new TestTime { SkipPauses = true },
            ("ConnectionStrings:Skipper", nowhere.ToString()));
        var delivery = Deliver($"{Guid.NewGuid()}:task:1", "{}");
        await broken.Get<RunResults>().HandleAsync(delivery, Token);

        Assert.False(delivery.Acked);
        Assert.True(delivery.Requeued);
    }

    private static FakeDelivery DeliverReference(string correlationId, string digest) => new(new Message
    {
        Body = "{}"u8.ToArray(),
        CorrelationId = correlationId,
        Headers = new Dictionary<string, string> { [MessageHeaders.Status] = "ok", [MessageHeaders.ClaimCheck] = digest },
    });

    private static FakeDelivery Deliver(string? correlationId, string body, string? status = null, Guid? claim = null)
    {
        var headers = new Dictionary<string, string>();
        if (status is not null)
        {
            headers[MessageHeaders.Status] = status;
        }

        if (claim is { } id)
        {
            headers[MessageHeaders.Claim] = id.ToString();
        }

        return new FakeDelivery(new Message
        {
            Body = Encoding.UTF8.GetBytes(body),
            CorrelationId = correlationId,
            Headers = headers,
        });
    }
}
