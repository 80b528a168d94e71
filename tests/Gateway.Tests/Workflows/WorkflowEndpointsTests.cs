using Skipper.Testing;

namespace Skipper.Gateway.Tests.Workflows;

public sealed class WorkflowEndpointsTests : IAsyncDisposable
{
    private const string Source = """
        # two steps
        name: two
        steps:
          end: { task: training }
          b: { task: training, needs: [end], needs_rule: all_done, when: steps.end.state == 'failed' }
        on_failure: { tell: { task: training, foreach: [1] } }
        """;

    private const string Json = """{"name":"two","steps":{"end":{"task":"training"}}}""";

    private readonly WorkflowsHost _host = new(TestStorage.Sqlite());

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_definition_is_stored_once_and_shown()
    {
        var made = await _host.SendAsync(HttpMethod.Put, "/two", Source);
        var same = await _host.SendAsync(HttpMethod.Put, "/two", "#\n" + Source);
        var other = await _host.SendAsync(HttpMethod.Put, "/two", Json, "application/json");

        Assert.Equal((201, 200, 201), (made.Status, same.Status, other.Status));
        Assert.Equal("/api/v1/skipper/workflows/two?version=1", made.Headers.Location!.ToString());
        Assert.Equal(made.Text, same.Text);
        Assert.Equal(made.Text, (await _host.SendAsync(HttpMethod.Get, "/two?version=1")).Text);
        Assert.Equal(other.Text, (await _host.SendAsync(HttpMethod.Get, "/two")).Text);
        Assert.Equal(
            "skipper_training",
            made.Json.GetProperty("definition").GetProperty("steps").GetProperty("end").GetProperty("queue").GetString());
        Assert.Equal(2, (await _host.SendAsync(HttpMethod.Get, "/")).Json.GetProperty("workflows")[0].GetProperty("version").GetInt32());
        Assert.Equal(2, (await _host.SendAsync(HttpMethod.Get, "/two/versions")).Json.GetProperty("versions").GetArrayLength());
        var source = await _host.SendAsync(HttpMethod.Get, "/two?version=1", accept: "application/yaml");
        Assert.Equal((Source, "application/yaml"), (source.Text, source.Type));
    }

    [Fact]
    public async Task Checking_stores_nothing()
    {
        var answer = await _host.SendAsync(HttpMethod.Put, "/two?validate_only=true", Source);

        Assert.Equal((200, "two"), (answer.Status, answer.Json.GetProperty("name").GetString()));
        (await _host.SendAsync(HttpMethod.Get, "/two")).IsProblem(404, "not_found");
    }

    [Fact]
    public async Task What_is_wrong_is_told_with_its_places()
    {
        var answer = await _host.SendAsync(HttpMethod.Put, "/two", "name: two\nsteps: { a: { task: trainin }, b: {} }");

        answer.IsProblem(400, "invalid_argument");
        var errors = answer.Json.GetProperty("errors");
        Assert.Equal(2, errors.GetArrayLength());
        Assert.Equal((2, 21), (errors[0].GetProperty("line").GetInt32(), errors[0].GetProperty("column").GetInt32()));
        Assert.Contains("Did you mean 'training'?", errors[0].GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_name_of_the_address_must_be_that_of_the_definition()
    {
        var answer = await _host.SendAsync(HttpMethod.Put, "/three", Source);

        answer.IsProblem(400, "invalid_argument");
        Assert.Contains("is named 'two', the address 'three'", answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_types_are_refused() =>
        (await _host.SendAsync(HttpMethod.Put, "/two", "<a/>", "application/xml")).IsProblem(415, "invalid_argument");

    [Fact]
    public async Task Unknown_workflows_and_versions_are_not_found()
    {
        await _host.SendAsync(HttpMethod.Put, "/two", Source);
        var version = await _host.SendAsync(HttpMethod.Get, "/two?version=7");

        version.IsProblem(404, "not_found");
        Assert.Contains("its newest is 1", version.Detail, StringComparison.Ordinal);
        (await _host.SendAsync(HttpMethod.Get, "/one/versions")).IsProblem(404, "not_found");
        (await _host.SendAsync(HttpMethod.Get, "/one/graph")).IsProblem(404, "not_found");
    }

    [Fact]
    public async Task The_graph_is_json_or_mermaid()
    {
        await _host.SendAsync(HttpMethod.Put, "/two", Source);
        var graph = (await _host.SendAsync(HttpMethod.Get, "/two/graph")).Json;
        var mermaid = await _host.SendAsync(HttpMethod.Get, "/two/graph", accept: "text/vnd.mermaid");

        Assert.Equal(3, graph.GetProperty("nodes").GetArrayLength());
        Assert.Equal("""[{"from":"end","to":"b","rule":"all_done"}]""", graph.GetProperty("edges").GetRawText());
        Assert.Equal(
            """
            flowchart TD
              step_end["end<br/>training"]
              step_b{{"b<br/>training"}}
              subgraph on_failure
                step_tell[["tell<br/>training"]]
              end
              step_end -->|all_done| step_b

            """,
            mermaid.Text);
        Assert.Equal("text/vnd.mermaid", mermaid.Type);
    }

    [Fact]
    public async Task A_run_is_accepted()
    {
        var answer = await _host.SendAsync(
            HttpMethod.Post,
            "/two/runs",
            """{"input":{"a": 1.0},"version":1,"priority":7,"description":"d","dedup_key":"k","callback":{"url":"http://x"}}""",
            "application/json");

        Assert.Equal(202, answer.Status);
        Assert.Equal(
            $$"""{"id":"{{WorkflowsHost.RunId}}","task_id":"{{WorkflowsHost.RunId}}","workflow":"two","state":"accepted"}""",
            answer.Text);
        Assert.Equal($"/api/v1/skipper/runs/{WorkflowsHost.RunId}", answer.Headers.Location!.ToString());
        Assert.EndsWith($"/runs/{WorkflowsHost.RunId}", answer.Headers.GetValues("Operation-Location").Single(), StringComparison.Ordinal);
        Assert.NotNull(answer.Headers.RetryAfter);
        var launch = Assert.Single(_host.Launches);
        Assert.Equal(
            ("two", 1, "{\"a\": 1.0}", 7, "d", "k", "{\"url\":\"http://x\"}"),
            (launch.Workflow, launch.Version, launch.Input, launch.Priority, launch.Description, launch.DedupKey, launch.Callback));
    }

    [Fact]
    public async Task A_run_needs_no_body()
    {
        Assert.Equal(202, (await _host.SendAsync(HttpMethod.Post, "/two/runs")).Status);
        Assert.Equal((null, null, 5), (_host.Launches[0].Input, _host.Launches[0].Version, _host.Launches[0].Priority));
    }

    [Theory]
    [InlineData("[]", "Expected a JSON object")]
    [InlineData("{", "not valid JSON")]
    [InlineData("""{"inputs":{}}""", "Did you mean 'input'?")]
    [InlineData("""{"input":[]}""", "input must be an object, found a list of 0")]
    [InlineData("""{"priority":10}""", "priority must be a whole number from 0 to 9")]
    [InlineData("""{"description":"\ud800"}""", "not valid Unicode")]
    public async Task A_run_that_is_wrong_is_refused(string body, string error)
    {
        var answer = await _host.SendAsync(HttpMethod.Post, "/two/runs", body, "application/json");

        answer.IsProblem(400, "invalid_argument");
        Assert.Contains(error, answer.Detail, StringComparison.Ordinal);
        Assert.Empty(_host.Launches);
    }
}
