using System.Text;
using System.Text.Json;
using Skipper.Gateway.Tests.Fakes;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Tests.Tasks;

public sealed class SyncTaskTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    private const string Path = $"{GatewayHost.Tasks}/execute_sync";

    [Fact]
    public async Task Bytes_pass_untouched_in_both_directions()
    {
        const string request = """{ "task_type":"serving",  "data":{"rm": 6.5750, "ü":"\u00fc"} }""";
        const string reply = """{"price":  28.90, "name":"größe \"x\""}""";
        var gateway = shared.Fresh();
        gateway.Script.Answers(reply);
        var answer = await gateway.PostAsync(Path, request);

        Assert.Equal(202, answer.Status);
        Assert.Equal(("skipper_serving", request), Assert.Single(gateway.Script.Calls));
        Assert.Equal("-", answer.Json.GetProperty("task_id").GetString());
        Assert.Equal("Success", answer.Json.GetProperty("task_status").GetString());
        Assert.Equal(reply, answer.Json.GetProperty("outcome").GetString());
        Assert.Equal(reply, answer.Json.GetProperty("result").GetRawText());
    }

    [Theory]
    [InlineData("just text")]
    [InlineData("{\"half\":")]
    [InlineData("")]
    public async Task A_reply_that_is_not_JSON_is_an_outcome_without_result(string reply)
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(reply);
        var answer = await gateway.PostAsync(Path, """{"task_type":"serving"}""");

        Assert.Equal(reply, answer.Json.GetProperty("outcome").GetString());
        Assert.Equal("null", answer.Json.GetProperty("result").GetRawText());
    }

    [Fact]
    public async Task An_unknown_task_type_is_answered_as_the_original_does()
    {
        var gateway = shared.Fresh();
        var answer = await gateway.PostAsync(Path, """{"task_type":"surfing"}""");

        Assert.Equal((202, """{"task_id":"-","task_status":"Wrong task type"}"""), (answer.Status, answer.Text));
    }

    [Theory]
    [InlineData(ErrorCode.InvalidArgument, 422, "invalid_argument")]
    [InlineData(ErrorCode.NotFound, 404, "not_found")]
    [InlineData(ErrorCode.AlreadyExists, 409, "already_exists")]
    [InlineData(ErrorCode.FailedPrecondition, 409, "failed_precondition")]
    [InlineData(ErrorCode.ResourceExhausted, 429, "resource_exhausted")]
    [InlineData(ErrorCode.Unavailable, 503, "unavailable")]
    [InlineData(ErrorCode.DeadlineExceeded, 504, "deadline_exceeded")]
    [InlineData(ErrorCode.Internal, 502, "internal")]
    public async Task An_error_of_the_worker_has_its_own_status(ErrorCode code, int status, string name)
    {
        var gateway = shared.Fresh();
        gateway.Script.Throws(new MeshException(code, "So it is."));
        var answer = await gateway.PostAsync(Path, """{"task_type":"serving"}""");

        answer.IsProblem(status, name);
        Assert.Equal("So it is.", answer.Detail);
        Assert.Equal(status is 429 or 503, answer.Headers.RetryAfter is not null);
    }

    [Fact]
    public async Task A_worker_that_names_a_time_is_quoted_in_the_header()
    {
        var gateway = shared.Fresh();
        gateway.Script.Throws(new MeshException(ErrorCode.ResourceExhausted, "Full.")
        {
            Details = JsonSerializer.SerializeToElement(new { retry_after_seconds = 7 }),
        });
        var answer = await gateway.PostAsync(Path, """{"task_type":"serving"}""");

        answer.IsProblem(429, "resource_exhausted");
        Assert.Equal(TimeSpan.FromSeconds(7), answer.Headers.RetryAfter?.Delta);
        Assert.Equal("skipper_serving", answer.Json.GetProperty("service").GetString());
    }

    [Fact]
    public async Task A_client_that_disconnects_cancels_the_work()
    {
        await using var gateway = await GatewayHost.StartAsync(("Skipper:Tasks:serving:TimeoutSeconds", "3600"));
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Script.Answer = async (_, _, token) =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancelled.SetResult();
            return "";
        };
        using var client = new CancellationTokenSource();
        using var body = new StringContent("""{"task_type":"serving"}""", Encoding.UTF8, "application/json");
        var request = gateway.Http.PostAsync(new Uri(Path, UriKind.Relative), body, client.Token);
        await begun.Task.WaitAsync(TestContext.Current.CancellationToken);

        await client.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await cancelled.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_crash_of_the_worker_is_a_bad_gateway_without_its_inside()
    {
        var gateway = shared.Fresh();
        gateway.Script.Throws(new InvalidDataException("password=hunter2"));
        var answer = await gateway.PostAsync(Path, """{"task_type":"serving"}""");

        answer.IsProblem(502, "internal");
        Assert.DoesNotContain("hunter2", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_worker_the_answer_comes_at_once()
    {
        var gateway = shared.Fresh();
        var answer = await gateway.PostAsync(Path, """{"task_type":"mobilenet"}""");

        answer.IsProblem(503, "unavailable");
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    [Fact]
    public async Task A_worker_that_is_late_is_a_timeout_of_the_gateway()
    {
        await using var gateway = await GatewayHost.StartAsync(("Skipper:Tasks:serving:TimeoutSeconds", "0.2"));
        gateway.Script.Answer = async (_, _, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return "";
        };

        (await gateway.PostAsync(Path, """{"task_type":"serving"}""")).IsProblem(504, "deadline_exceeded");
    }

    [Fact]
    public async Task A_task_type_can_be_added_by_configuration()
    {
        await using var gateway = await GatewayHost.StartAsync(("Skipper:Tasks:scoring:Queue", "skipper_serving"));
        gateway.Script.Answers("1");

        Assert.Equal("1", (await gateway.PostAsync(Path, """{"task_type":"scoring"}""")).Json.GetProperty("outcome").GetString());
    }

    [Theory]
    [InlineData("{}", """{"task_type":"serving"}""")]
    [InlineData(" { } ", """{"task_type":"serving" } """)]
    [InlineData("""{"payload":"x"}""", """{"task_type":"serving","payload":"x"}""")]
    [InlineData("""{"task_type":"predict"}""", """{"task_type":"predict"}""")]
    public async Task An_alias_fills_in_the_task_type_where_it_is_absent(string sent, string received)
    {
        var gateway = shared.Fresh();
        var answer = await gateway.PostAsync($"{GatewayHost.Tasks}/boston/task_predict", sent);

        Assert.Equal(202, answer.Status);
        Assert.Equal(("skipper_serving", received), Assert.Single(gateway.Script.Calls));
    }

    [Fact]
    public async Task The_training_alias_accepts_a_task()
    {
        var gateway = shared.Fresh();
        var answer = await gateway.PostAsync($"{GatewayHost.Tasks}/boston/task_training", """{"payload":"0.2"}""");
        await gateway.EndAsync(answer.Json.GetProperty("task_id").GetString()!);

        Assert.Equal(
            ("skipper_training", """{"task_type":"training","payload":"0.2"}"""), Assert.Single(gateway.Script.Calls));
    }

    [Fact]
    public async Task An_alias_can_be_added_by_configuration()
    {
        await using var gateway = await GatewayHost.StartAsync(
            ("Skipper:Aliases:iris:Path", "iris/predict"),
            ("Skipper:Aliases:iris:Kind", "sync"),
            ("Skipper:Aliases:iris:TaskType", "serving"));

        Assert.Equal(202, (await gateway.PostAsync($"{GatewayHost.Tasks}/iris/predict", "{}")).Status);
    }
}
