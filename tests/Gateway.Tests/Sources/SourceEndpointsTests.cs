using System.Text;
using System.Text.Json;
using Skipper.Gateway.Tests.Fakes;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Tests.Sources;

public sealed class SourceEndpointsTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    private const string Path = "/api/v1/skipper/sources";
    private const string Source =
        """{"name":"prices","kind":"file","table":"prices","declaration":"name: prices","updated_at":"2026-01-02T03:04:05Z"}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_declaration_goes_to_the_data_service_with_the_name_of_the_address()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(Source);
        using var content = new StringContent("name: prices\n", Encoding.UTF8, "application/yaml");
        using var response = await gateway.Http.PutAsync(new Uri($"{Path}/prices", UriKind.Relative), content, Token);

        Assert.Equal(200, (int)response.StatusCode);
        var (queue, body) = Assert.Single(gateway.Script.Calls);
        var request = JsonDocument.Parse(body).RootElement;
        Assert.Equal(("skipper_data", "declare_source"), (queue, request.GetProperty("task_type").GetString()));
        Assert.Equal("""{"declaration":"name: prices\n","name":"prices"}""", request.GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task An_ingestion_is_a_durable_run_with_what_was_asked_for()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(Source);

        var answer = await gateway.PostAsync($"{Path}/prices/runs", """{"from":"2024-01-01T00:00:00Z","force":true}""");

        Assert.Equal(202, answer.Status);
        var ended = await gateway.EndAsync(answer.Json.GetProperty("task_id").GetString()!);
        Assert.Equal("Success", ended.GetProperty("task_status").GetString());
        var request = Ingestion(gateway);
        Assert.Equal(
            """{"source":"prices","from":"2024-01-01T00:00:00+00:00","force":true}""", request.GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task A_publication_is_a_durable_run_of_this_source_and_others()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(Source);

        var answer = await gateway.PostAsync($"{Path}/prices/publish", """{"dataset":"market","with":["volumes"]}""");

        Assert.Equal(202, answer.Status);
        await gateway.EndAsync(answer.Json.GetProperty("task_id").GetString()!);
        var request = Request(gateway, "publish_source");
        Assert.Equal("""{"sources":["prices","volumes"],"dataset":"market"}""", request.GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task An_upload_is_stored_and_ingested_by_its_digest()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(Source);

        var answer = await gateway.PostAsync($"{Path}/prices/files", "a,b\n1,2\n", "text/csv");

        Assert.Equal(202, answer.Status);
        await gateway.EndAsync(answer.Json.GetProperty("task_id").GetString()!);
        Assert.Matches("^[0-9a-f]{64}$", Ingestion(gateway).GetProperty("data").GetProperty("artifact").GetString()!);
    }

    [Theory]
    [InlineData("runs")]
    [InlineData("files")]
    [InlineData("replay")]
    [InlineData("publish")]
    public async Task A_source_that_is_not_there_is_said_at_once(string path)
    {
        var gateway = shared.Fresh();
        gateway.Script.Throws(MeshException.NotFound("There is no source 'prices'."));

        (await gateway.PostAsync($"{Path}/prices/{path}", "")).IsProblem(404, "not_found");
        Assert.Contains("find_source", Assert.Single(gateway.Script.Calls).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Providers_of_a_table_are_compared()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers("""{"table":"weather","providers":[],"pairs":[]}""");

        Assert.Equal(200, (await gateway.GetAsync($"{Path}/scorecards/weather?since=2024-01-01T00:00:00Z")).Status);
        var request = JsonDocument.Parse(Assert.Single(gateway.Script.Calls).Body).RootElement.GetProperty("data");
        Assert.Equal("weather", request.GetProperty("table").GetString());
        Assert.Equal(new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), request.GetProperty("since").GetDateTimeOffset());
    }

    private static JsonElement Ingestion(GatewayHost gateway) => Request(gateway, "ingest_source");

    private static JsonElement Request(GatewayHost gateway, string taskType) => gateway.Script.Calls
        .Select(call => JsonDocument.Parse(call.Body).RootElement)
        .Single(request => request.GetProperty("task_type").GetString() == taskType);
}
