using System.Text;
using Skipper.Gateway.Tests.Fakes;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Transports;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.Tasks;

public sealed class AsyncTaskTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_task_is_accepted_executed_and_its_outcome_is_what_the_worker_said()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers("""{"result": "TASK_COMPLETED", "n":  1.50}""");
        var accepted = await gateway.PostAsync(
            $"{GatewayHost.Tasks}/execute_async", """{"task_type":"training","payload":"0.2","description":"first"}""");
        var id = accepted.Json.GetProperty("task_id").GetString()!;
        var ended = await gateway.EndAsync(id);

        Assert.Equal(202, accepted.Status);
        Assert.Equal("Processing", accepted.Json.GetProperty("task_status").GetString());
        Assert.Equal($"{GatewayHost.Tasks}/workflow/{id}", accepted.Headers.Location!.ToString());
        Assert.Equal(
            $"{gateway.Http.BaseAddress!.ToString().TrimEnd('/')}{GatewayHost.Tasks}/workflow/{id}",
            Assert.Single(accepted.Headers.GetValues("Operation-Location")));
        Assert.NotNull(accepted.Headers.RetryAfter);
        Assert.Equal("Success", ended.GetProperty("task_status").GetString());
        Assert.Equal("""{"result": "TASK_COMPLETED", "n":  1.50}""", ended.GetProperty("outcome").GetString());
        Assert.Equal("""{"result": "TASK_COMPLETED", "n":  1.50}""", ended.GetProperty("result").GetRawText());
        Assert.Equal(
            ("skipper_training", """{"task_type":"training","payload":"0.2","description":"first"}"""),
            Assert.Single(gateway.Script.Calls));
    }

    [Theory]
    [InlineData("workflow/")]
    [InlineData("")]
    [InlineData("boston/")]
    public async Task The_status_is_found_under_every_path_of_the_original(string path)
    {
        var gateway = shared.Fresh();
        var id = await gateway.AcceptAsync("""{"task_type":"training"}""");
        await gateway.EndAsync(id);
        var status = await gateway.GetAsync($"{GatewayHost.Tasks}/{path}{id}");

        Assert.Equal(202, status.Status);
        Assert.Equal("Success", status.Json.GetProperty("task_status").GetString());
    }

    [Fact]
    public async Task Progress_is_visible_while_the_worker_works()
    {
        var gateway = shared.Fresh();
        var finish = new TaskCompletionSource();
        gateway.Script.Answer = async (_, context, _) =>
        {
            context.Report(40, "round 40 of 100");
            await finish.Task;
            return "{}";
        };
        var id = await gateway.AcceptAsync("""{"task_type":"training"}""");

        await Eventually.TrueAsync(
            async () => (await gateway.StatusAsync(id)).GetProperty("progress") is var progress
                && progress.GetProperty("percent").GetDouble() == 40
                && progress.GetProperty("message").GetString() == "round 40 of 100",
            "progress is shown",
            Token);
        finish.SetResult();
        Assert.False((await gateway.EndAsync(id)).TryGetProperty("progress", out _));
    }

    [Fact]
    public async Task A_failure_of_the_worker_is_a_failure_of_the_task()
    {
        var gateway = shared.Fresh();
        gateway.Script.Throws(MeshException.InvalidArgument("There is no column 'prize'."));
        var ended = await gateway.EndAsync(await gateway.AcceptAsync("""{"task_type":"training"}"""));

        Assert.Equal("Failed", ended.GetProperty("task_status").GetString());
        Assert.Equal("invalid_argument", ended.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal("There is no column 'prize'.", ended.GetProperty("error").GetProperty("error").GetString());
        Assert.False(ended.TryGetProperty("outcome", out _));
        Assert.Single(gateway.Script.Calls);
    }

    [Fact]
    public async Task An_error_that_may_pass_is_tried_again()
    {
        var gateway = shared.Fresh();
        var calls = 0;
        gateway.Script.Answer = (_, _, _) => Interlocked.Increment(ref calls) < 3
            ? throw MeshException.Unavailable("The data service is away.")
            : Task.FromResult("3");
        var ended = await gateway.EndAsync(await gateway.AcceptAsync("""{"task_type":"training"}"""));

        Assert.Equal(("Success", "3"), (ended.GetProperty("task_status").GetString(), ended.GetProperty("outcome").GetString()));
    }

    [Fact]
    public async Task A_task_without_a_worker_says_so_and_is_done_by_one_that_comes_later_and_does_not_claim()
    {
        await using var gateway = await GatewayHost.StartAsync();
        var id = await gateway.AcceptAsync("""{"task_type":"mobilenet","data":{"image":"orange.jpeg"}}""");
        await Eventually.TrueAsync(
            async () => (await gateway.StatusAsync(id)).GetProperty("progress").GetProperty("message").GetString()
                == "waiting for a worker on queue skipper_mobilenet",
            "the status names the queue",
            Token);

        await using var worker = await gateway.Transport.ConsumeAsync("skipper_mobilenet", 1, Reply("""{"label":"orange"}"""));
        var ended = await gateway.EndAsync(id);
        Assert.Equal("""{"label":"orange"}""", ended.GetProperty("result").GetRawText());
    }

    [Fact]
    public async Task A_worker_made_with_skipper_lib_that_raises_fails_the_task()
    {
        await using var gateway = await GatewayHost.StartAsync();
        await using var worker = await gateway.Transport.ConsumeAsync(
            "skipper_mobilenet", 1, Reply("""{"error":"Receiver exception","queue":"skipper_mobilenet"}"""));
        var ended = await gateway.EndAsync(await gateway.AcceptAsync("""{"task_type":"mobilenet"}"""));

        Assert.Equal("Failed", ended.GetProperty("task_status").GetString());
        Assert.Equal("Receiver exception", ended.GetProperty("error").GetProperty("error").GetString());
    }

    [Fact]
    public async Task What_the_last_process_left_unfinished_is_finished_after_a_restart()
    {
        await using var storage = TestStorage.Sqlite();
        string running, waiting;
        await using (var first = await GatewayHost.StartAsync(storage, false, ["skipper_training"]))
        {
            first.Script.Answer = async (_, _, token) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
                return "first";
            };
            running = await first.AcceptAsync("""{"task_type":"training"}""");
            waiting = await first.AcceptAsync("""{"task_type":"serving"}""");
            await Eventually.TrueAsync(() => !first.Script.Calls.IsEmpty, "the worker has begun", Token);
        }

        await using var second = await GatewayHost.StartAsync(storage, false, GatewayHost.AllQueues);
        foreach (var id in (string[])[running, waiting])
        {
            var ended = await second.EndAsync(id);
            Assert.Equal("TASK_COMPLETED", ended.GetProperty("result").GetProperty("result").GetString());
        }
    }

    [Theory]
    [InlineData("workflow/01980f5e-3c7a-7b1e-9f0a-5d2c8e4b6a10")]
    [InlineData("workflow/not-an-id")]
    [InlineData("01980f5e-3c7a-7b1e-9f0a-5d2c8e4b6a10")]
    [InlineData("not-an-id")]
    public async Task An_unknown_task_is_not_found(string path)
    {
        var gateway = shared.Fresh();

        (await gateway.GetAsync($"{GatewayHost.Tasks}/{path}")).IsProblem(404, "not_found");
    }

    [Theory]
    [InlineData("", "line 1, byte 1")]
    [InlineData("{\"task_type\":\"training\",\n oops}", "line 2, byte 2")]
    [InlineData("{\"task_type\":\"training\"", "line 1")]
    [InlineData("{\"task_type\":\"training\"} {}", "line 1, byte 26")]
    [InlineData("[1]", "Expected a JSON object, found an array")]
    [InlineData("null", "Expected a JSON object, found null")]
    [InlineData("{}", "task_type is missing")]
    [InlineData("{\"task_type\":1}", "task_type must be text, found a number")]
    [InlineData("{\"task_type\":\"\\ud800\"}", "not valid Unicode")]
    [InlineData("{\"task_type\":\"training\",\"task_type\":\"serving\"}", "twice")]
    [InlineData("{\"task_type\":\"trainin\"}", "known are build_features, ")]
    public async Task A_body_that_cannot_be_accepted_is_answered_with_the_reason(string body, string reason)
    {
        var gateway = shared.Fresh();
        var answer = await gateway.PostAsync($"{GatewayHost.Tasks}/execute_async", body);

        answer.IsProblem(400, "invalid_argument");
        Assert.Contains(reason, answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_of_twenty_mebibytes_is_too_large()
    {
        var gateway = shared.Fresh();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{GatewayHost.Tasks}/execute_async")
        {
            Content = new ByteArrayContent(new byte[20 * 1024 * 1024]),
        };
        request.Headers.ExpectContinue = true;

        (await Answer.ReadAsync(await gateway.Http.SendAsync(request, Token))).IsProblem(413, "invalid_argument");
    }

    private static Action<Delivery> Reply(string body) => delivery => _ = Task.Run(
        async () =>
        {
            await delivery.ReplyAsync(new Message
            {
                Body = Encoding.UTF8.GetBytes(body),
                CorrelationId = delivery.Message.CorrelationId,
            });
            await delivery.AckAsync();
        },
        CancellationToken.None);
}
