using System.Text.Json;
using Skipper.Gateway.Tests.Fakes;

namespace Skipper.Gateway.Tests.Http;

public sealed class SiteTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    [Theory]
    [InlineData("/nothing", 404, "not_found")]
    [InlineData("/api/v1/skipper/tasks/execute_async", 405, "invalid_argument")]
    public async Task What_is_not_there_is_a_problem_too(string path, int status, string code)
    {
        var gateway = shared.Fresh();

        (await gateway.GetAsync(path)).IsProblem(status, code);
    }

    [Fact]
    public async Task The_gateway_is_alive_and_ready()
    {
        var gateway = shared.Fresh();
        Assert.Equal(200, (await gateway.GetAsync("/healthz")).Status);
        var ready = await gateway.GetAsync("/readyz");

        Assert.Equal((200, "ready"), (ready.Status, ready.Json.GetProperty("status").GetString()));
        foreach (var check in new[] { "database", "broker", "consumer" })
        {
            Assert.Equal("ok", ready.Json.GetProperty("checks").GetProperty(check).GetProperty("status").GetString());
        }
    }

    [Fact]
    public async Task Without_its_database_the_gateway_is_alive_but_not_ready_and_answers_503()
    {
        await using var gateway = await GatewayHost.StartAsync(
            ("ConnectionStrings:Skipper", "Host=127.0.0.1;Port=1;Username=nobody;Timeout=1"));
        Assert.Equal(200, (await gateway.GetAsync("/healthz")).Status);
        var ready = await gateway.GetAsync("/readyz");
        var task = await gateway.PostAsync($"{GatewayHost.Tasks}/execute_async", """{"task_type":"training"}""");

        Assert.Equal((503, "not_ready"), (ready.Status, ready.Json.GetProperty("status").GetString()));
        Assert.Equal("failed", ready.Json.GetProperty("checks").GetProperty("database").GetProperty("status").GetString());
        task.IsProblem(503, "unavailable");
        Assert.DoesNotContain("nobody", task.Text + ready.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/swagger/index.html")]
    [InlineData("/api/v1/skipper/tasks/docs/index.html")]
    public async Task There_are_pages_for_people(string path)
    {
        var gateway = shared.Fresh();
        var page = await gateway.GetAsync(path);

        Assert.Equal((200, "text/html"), (page.Status, page.Type));
    }

    [Theory]
    [InlineData("/swagger/openapi.json")]
    [InlineData("/api/v1/skipper/tasks/openapi.json")]
    public async Task Every_operation_is_described_with_examples(string path)
    {
        var gateway = shared.Fresh();
        var paths = (await gateway.GetAsync(path)).Json.GetProperty("paths");

        var operations = paths.EnumerateObject()
            .SelectMany(p => p.Value.EnumerateObject().Select(o => (Name: $"{o.Name} {p.Name}", o.Value)))
            .ToList();
        Assert.Contains(operations, operation => operation.Name == "post /api/v1/skipper/predict/{model}");
        Assert.All(operations, operation =>
        {
            Assert.True(operation.Value.TryGetProperty("summary", out _), operation.Name);
            Assert.True(!operation.Name.StartsWith("post", StringComparison.Ordinal)
                || SayAllInTheirPath.Any(end => operation.Name.EndsWith(end, StringComparison.Ordinal))
                || HasExample(operation.Value.GetProperty("requestBody")), operation.Name);
            Assert.All(
                operation.Value.GetProperty("responses").EnumerateObject(),
                response => Assert.True(response.Name is "204" or "304" || HasExample(response.Value), operation.Name));
        });
    }

    private static readonly string[] SayAllInTheirPath = ["/replay", "/resume", "/trigger", "/backfills/{id}/cancel"];

    private static bool HasExample(JsonElement body) =>
        body.GetProperty("content").EnumerateObject().All(content => content.Value.TryGetProperty("example", out _));
}
