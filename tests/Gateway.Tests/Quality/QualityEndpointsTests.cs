using System.Text;
using System.Text.Json;
using Skipper.Gateway.Tests.Fakes;

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
