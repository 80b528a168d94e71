using System.Text;
using System.Text.Json;
using Skipper.Gateway.Tests.Fakes;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Tests.Quality;

public sealed class QualityEndpointsTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    private const string Api = "/api/v1/skipper";

    [Theory]
    [InlineData("suites", "suite")]
    [InlineData("standards", "standard")]
    public async Task A_declaration_is_put_as_it_was_written(string path, string kind)
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(Version(kind));

        using var content = new StringContent("name: weather # ü\n", Encoding.UTF8, "application/yaml");
        var answer = await Answer.ReadAsync(await gateway.Http.PutAsync(
            new Uri($"{Api}/{path}/weather?validate_only=true", UriKind.Relative), content, TestContext.Current.CancellationToken));

        Assert.Equal((200, 3), (answer.Status, answer.Json.GetProperty("version").GetInt32()));
        var data = Request(gateway, "put_declaration").GetProperty("data");
        Assert.Equal((kind, "weather", "name: weather # ü\n"), (Text(data, "kind"), Text(data, "name"), Text(data, "source")));
        Assert.True(data.GetProperty("validate_only").GetBoolean());
    }

    [Fact]
    public async Task A_declaration_is_shown_as_json_and_listed()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(Version("suite"));
        Assert.Equal("name: weather\n", Text((await gateway.GetAsync($"{Api}/suites/weather?version=3")).Json, "source"));
        Assert.Equal(3, Request(gateway, "find_declaration").GetProperty("data").GetProperty("version").GetInt32());

        gateway.Script.Reset();
        gateway.Script.Answers($$"""{"declarations":[{{Version("suite")}}]}""");
        Assert.Equal(1, (await gateway.GetAsync($"{Api}/suites")).Json.GetProperty("declarations").GetArrayLength());
        Assert.Equal("suite", Text(Request(gateway, "list_declarations").GetProperty("data"), "kind"));
    }

    [Fact]
    public async Task A_report_is_asked_for_by_dataset_and_version()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(
            """{"run_id":"r","suite":"s","dataset":"weather","started_at":"2026-01-01T00:00:00Z","status":"pass","checks":[],"statistics":{"row_count":1,"rejected_count":0,"rejected_percent":0,"evaluated_checks":0,"successful_checks":0,"unsuccessful_checks":0}}""");

        Assert.Equal("pass", Text((await gateway.GetAsync($"{Api}/datasets/weather/quality?version=2")).Json, "status"));
        Assert.Equal(2, Request(gateway, "find_quality_report").GetProperty("data").GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task Pages_of_the_quarantine_are_linked_by_a_token()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers("""{"rows":[],"open_count":7,"next":"0198c0de-0000-7000-8000-000000000002"}""");
        var token = Text((await gateway.GetAsync($"{Api}/datasets/weather/quarantine?status=open&page_size=5")).Json, "next_page_token");
        gateway.Script.Calls.Clear();

        var answer = await gateway.GetAsync($"{Api}/datasets/weather/quarantine?page_token={token}");

        Assert.Equal(7, answer.Json.GetProperty("open_count").GetInt64());
        Assert.Equal("0198c0de-0000-7000-8000-000000000002", Text(Request(gateway, "list_quarantine").GetProperty("data"), "after"));
        (await gateway.GetAsync($"{Api}/datasets/weather/quarantine?page_token=x")).IsProblem(400, "invalid_argument");
        (await gateway.GetAsync($"{Api}/datasets/weather/quarantine?run_id=x")).IsProblem(400, "invalid_argument");
    }

    [Fact]
    public async Task Rows_are_discarded_by_name()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers("""{"count":1}""");

        var answer = await gateway.PostAsync(
            $"{Api}/datasets/weather/quarantine/discard", """{"ids":["0198c0de-0000-7000-8000-000000000002"]}""", "application/json");

        Assert.Equal(1, answer.Json.GetProperty("count").GetInt64());
        Assert.Equal("weather", Text(Request(gateway, "discard_quarantine").GetProperty("data"), "dataset"));
        gateway.Script.Calls.Clear();
        (await gateway.PostAsync($"{Api}/datasets/weather/quarantine/discard", "{}", "application/json")).IsProblem(422, "invalid_argument");
        Assert.Empty(gateway.Script.Calls);
    }

    [Fact]
    public async Task Rows_are_replayed_as_they_came_or_fixed()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(
            """{"accepted_count":1,"refused":[{"id":"0198c0de-0000-7000-8000-000000000003","reasons":[{"rule":"r","columns":["a"],"reason":"bad"}]}]}""");

        var answer = await gateway.PostAsync(
            $"{Api}/datasets/weather/quarantine/replay",
            """{"rows":[{"id":"0198c0de-0000-7000-8000-000000000002","fixed":{"humidity":"0.93"}},{"id":"0198c0de-0000-7000-8000-000000000003"}]}""",
            "application/json");

        Assert.Equal((200, 1), (answer.Status, answer.Json.GetProperty("accepted_count").GetInt64()));
        Assert.Equal("r", Text(answer.Json.GetProperty("refused")[0].GetProperty("reasons")[0], "rule"));
        var data = Request(gateway, "replay_quarantine").GetProperty("data");
        Assert.Equal("weather", Text(data, "dataset"));
        Assert.Equal("""{"humidity":"0.93"}""", data.GetProperty("rows")[0].GetProperty("fixed").GetRawText());
        Assert.False(data.GetProperty("rows")[1].TryGetProperty("fixed", out _));
    }

    [Fact]
    public async Task What_a_replay_is_refused_for_is_a_problem()
    {
        var gateway = shared.Fresh();
        var path = $"{Api}/datasets/weather/quarantine/replay";
        gateway.Script.Throws(MeshException.FailedPrecondition("1 rows are not open in the quarantine of 'weather'."));

        (await gateway.PostAsync(path, """{"rows":[{"id":"x"}]}""", "application/json")).IsProblem(400, "invalid_argument");
        Assert.Empty(gateway.Script.Calls);
        (await gateway.PostAsync(path, """{"rows":[{"id":"0198c0de-0000-7000-8000-000000000002"}]}""", "application/json"))
            .IsProblem(409, "failed_precondition");
    }

    [Theory]
    [InlineData("quality/page?version=2", "version", "2")]
    [InlineData("quality/reports/0198c0de-0000-7000-8000-000000000001/page", "run_id", "0198c0de-0000-7000-8000-000000000001")]
    public async Task A_report_is_shown_as_a_page_that_may_load_and_run_nothing(string path, string member, string value)
    {
        const string Page = "<!doctype html><title>weather</title>";
        var gateway = shared.Fresh();
        gateway.Script.Answers("{}");
        await gateway.PostAsync($"{Api}/datasets/weather", Page, "text/csv");
        var digest = Text(JsonElement.Parse(Assert.Single(gateway.Script.Calls).Body).GetProperty("data"), "artifact");
        gateway.Script.Reset();
        gateway.Script.Answers($$"""{"run_id":"r","page":"{{digest}}"}""");

        using var response = await gateway.Http.GetAsync(
            new Uri($"{Api}/datasets/weather/{path}", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.StartsWith("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal(Page, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(value, Request(gateway, "write_quality_page").GetProperty("data").GetProperty(member).ToString());
    }

    private static string Version(string kind) =>
        $$"""{"kind":"{{kind}}","name":"weather","version":3,"digest":"d","source":"name: weather\n","created_at":"2026-01-01T00:00:00Z"}""";

    private static JsonElement Request(GatewayHost gateway, string taskType)
    {
        var (queue, body) = Assert.Single(gateway.Script.Calls);
        var request = JsonElement.Parse(body);
        Assert.Equal(("skipper_data", taskType), (queue, Text(request, "task_type")));
        return request;
    }

    private static string? Text(JsonElement element, string member) => element.GetProperty(member).GetString();
}
