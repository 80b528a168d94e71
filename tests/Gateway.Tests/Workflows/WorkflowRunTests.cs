using System.Collections.Concurrent;
using System.Text.Json;
using Skipper.Gateway.Tests.Fakes;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Tests.Workflows;

/// <summary>Workflows from upload to result, in a gateway with workers that follow a script.</summary>
public sealed class WorkflowRunTests : IAsyncLifetime
{
    private const string Api = "/api/v1/skipper";

    private const string Diamond = """
        name: diamond
        inputs: { region: { type: string, default: north } }
        steps:
          load:
            task: split_dataset
            with: { region: "${{ inputs.region }}" }
          train:
            task: training
            needs: [load]
            foreach: [linear, xgboost, mean]
            max_parallel: 2
            with: { engine: "${{ item }}", rows: "${{ steps.load.output.rows }}" }
          report:
            task: predict
            needs: [train]
            with: { results: "${{ steps.train.outputs }}", best: "${{ max_by(steps.train.outputs, 'score') }}" }
        """;

    private GatewayHost _gateway = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHost.StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Outputs_flow_from_step_to_step_and_a_list_is_worked_on_side_by_side()
    {
        _gateway.Script.Answer = (body, _, _) => Task.FromResult(Work(body));

        var run = await EndAsync(await StartAsync("diamond", Diamond, """{"input":{"region":"south"}}"""));

        Assert.Equal("succeeded", run.GetProperty("state").GetString());
        var report = Message("predict").GetProperty("data");
        Assert.Equal("xgboost", report.GetProperty("best").GetProperty("engine").GetString());
        Assert.Equal(3, report.GetProperty("results").GetArrayLength());
        Assert.Equal("south", Message("split_dataset").GetProperty("data").GetProperty("region").GetString());
        Assert.All(Messages("training"), message => Assert.Equal(7, message.GetProperty("data").GetProperty("rows").GetInt32()));
        Assert.Equal(["linear", "mean", "xgboost"], Messages("training").Select(EngineOf).Order());
    }

    [Fact]
    public async Task A_step_that_fails_fails_the_run_and_a_rerun_repeats_only_what_failed()
    {
        _gateway.Script.Answer = (body, _, _) => body.Contains("mean", StringComparison.Ordinal)
            ? throw MeshException.InvalidArgument("No such engine.")
            : Task.FromResult(Work(body));
        var id = await StartAsync("diamond", Diamond, "{}");
        var failed = await EndAsync(id);
        Assert.Equal("failed", failed.GetProperty("state").GetString());
        Assert.Contains("No such engine.", failed.GetProperty("error").ToString(), StringComparison.Ordinal);
        Assert.Empty(Messages("predict"));

        _gateway.Script.Reset();
        _gateway.Script.Answer = (body, _, _) => Task.FromResult(Work(body));
        var answer = await _gateway.PostAsync($"{Api}/runs/{id}/rerun", """{"from":"failed"}""");
        var again = await EndAsync(answer.Json.GetProperty("id").GetString()!);

        Assert.Equal("succeeded", again.GetProperty("state").GetString());
        Assert.Empty(Messages("split_dataset"));
        Assert.Single(Messages("predict"));
        Assert.Equal("failed", (await RunAsync(id)).GetProperty("state").GetString());
    }

    [Fact]
    public async Task At_most_as_many_items_as_allowed_are_worked_on_at_once()
    {
        var running = 0;
        var most = 0;
        var gate = new ConcurrentQueue<TaskCompletionSource>();
        _gateway.Script.Answer = async (body, _, cancellationToken) =>
        {
            if (body.Contains("\"training\"", StringComparison.Ordinal))
            {
                var now = Interlocked.Increment(ref running);
                most = Math.Max(most, now);
                var done = new TaskCompletionSource();
                gate.Enqueue(done);
                await done.Task.WaitAsync(cancellationToken);
                Interlocked.Decrement(ref running);
            }

            return Work(body);
        };
        var id = await StartAsync("diamond", Diamond, "{}");
        for (var finished = 0; finished < 3; finished++)
        {
            TaskCompletionSource? next = null;
            await Testing.Eventually.TrueAsync(() => Task.FromResult(gate.TryDequeue(out next)), "an item is worked on", Token);
            next!.SetResult();
        }

        Assert.Equal("succeeded", (await EndAsync(id)).GetProperty("state").GetString());
        Assert.InRange(most, 1, 2);
    }

    [Fact]
    public async Task Cancelling_a_workflow_stops_what_runs_and_begins_nothing_more()
    {
        var begun = new TaskCompletionSource();
        _gateway.Script.Answer = async (_, _, cancellationToken) =>
        {
            begun.TrySetResult();
            await Forever(cancellationToken);
            return "{}";
        };
        var id = await StartAsync("diamond", Diamond, "{}");
        await begun.Task.WaitAsync(Token);

        await _gateway.PostAsync($"{Api}/runs/{id}/cancel", """{"reason":"not needed"}""");
        var run = await EndAsync(id);

        Assert.Equal("cancelled", run.GetProperty("state").GetString());
        Assert.Empty(Messages("training"));
    }

    [Fact]
    public async Task Wrong_inputs_are_refused_and_unknown_workflows_not_found()
    {
        await PutAsync("diamond", Diamond);

        (await _gateway.PostAsync($"{Api}/workflows/diamond/runs", """{"input":{"region":5}}""")).IsProblem(422, "invalid_argument");
        (await _gateway.PostAsync($"{Api}/workflows/triangle/runs", "{}")).IsProblem(404, "not_found");
        (await _gateway.PostAsync($"{Api}/workflows/diamond/runs", """{"version":2}""")).IsProblem(404, "not_found");
    }

    [Fact]
    public async Task While_a_run_with_a_deduplication_key_goes_on_another_is_refused()
    {
        var gate = new TaskCompletionSource();
        _gateway.Script.Answer = async (body, _, cancellationToken) =>
        {
            await gate.Task.WaitAsync(cancellationToken);
            return Work(body);
        };
        var id = await StartAsync("diamond", Diamond, """{"dedup_key":"nightly"}""");

        var refused = await _gateway.PostAsync($"{Api}/workflows/diamond/runs", """{"dedup_key":"nightly"}""");
        refused.IsProblem(409, "already_exists");
        Assert.Contains(id, refused.Detail, StringComparison.Ordinal);

        gate.SetResult();
        await EndAsync(id);
        Assert.Equal(202, (await _gateway.PostAsync($"{Api}/workflows/diamond/runs", """{"dedup_key":"nightly"}""")).Status);
    }

    [Fact]
    public async Task A_run_that_takes_longer_than_its_workflow_allows_is_timed_out()
    {
        _gateway.Script.Answer = async (_, _, cancellationToken) =>
        {
            await Forever(cancellationToken);
            return "{}";
        };

        await using var gateway = await GatewayHost.StartAsync(("Skipper:Runs:LeaseSeconds", "1"));
        (_gateway, var shared) = (gateway, _gateway);
        gateway.Script.Answer = shared.Script.Answer;
        var run = await EndAsync(await StartAsync("short", "name: short\ntimeout: 1s\nsteps:\n  only: { task: training }\n", "{}"));
        _gateway = shared;

        Assert.Equal("timed_out", run.GetProperty("state").GetString());
    }

    private static Task Forever(CancellationToken cancellationToken) => new TaskCompletionSource().Task.WaitAsync(cancellationToken);

    private static string Work(string body)
    {
        var message = JsonDocument.Parse(body).RootElement;
        return message.GetProperty("task_type").GetString() switch
        {
            "split_dataset" => """{"rows":7}""",
            "training" => JsonSerializer.Serialize(new { engine = EngineOf(message), score = EngineOf(message).Length }),
            _ => """{"done":true}""",
        };
    }

    private static string EngineOf(JsonElement message) => message.GetProperty("data").GetProperty("engine").GetString()!;

    private JsonElement Message(string taskType) => Assert.Single(Messages(taskType));

    private List<JsonElement> Messages(string taskType) =>
    [
        .. _gateway.Script.Calls.Select(call => JsonDocument.Parse(call.Body).RootElement)
            .Where(message => message.GetProperty("task_type").GetString() == taskType),
    ];

    private async Task PutAsync(string name, string yaml)
    {
        using var content = new StringContent(yaml, null, "application/yaml");
        using var response = await _gateway.Http.PutAsync(new Uri($"{Api}/workflows/{name}", UriKind.Relative), content, Token);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Token));
    }

    private async Task<string> StartAsync(string name, string yaml, string body)
    {
        await PutAsync(name, yaml);
        var answer = await _gateway.PostAsync($"{Api}/workflows/{name}/runs", body);
        Assert.True(answer.Status == 202, answer.Text);
        return answer.Json.GetProperty("id").GetString()!;
    }

    private async Task<JsonElement> RunAsync(string id) => (await _gateway.GetAsync($"{Api}/runs/{id}")).Json;

    private async Task<JsonElement> EndAsync(string id)
    {
        await _gateway.EndAsync(id);
        return await RunAsync(id);
    }
}
