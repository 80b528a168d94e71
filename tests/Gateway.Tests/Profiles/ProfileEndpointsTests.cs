using System.Text.Json;
using Skipper.Gateway.Tests.Fakes;

namespace Skipper.Gateway.Tests.Profiles;

public sealed class ProfileEndpointsTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    private const string Path = "/api/v1/skipper/datasets";

    private static readonly string None = new('0', 64);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_versions_asked_for_are_compared()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(Profile(None));

        var answer = await gateway.GetAsync($"{Path}/weather/profile?version=3&reference=1");

        Assert.Equal((200, "drift"), (answer.Status, answer.Json.GetProperty("drift")[0].GetProperty("verdict").GetString()));
        var (queue, body) = Assert.Single(gateway.Script.Calls);
        Assert.Equal("skipper_data", queue);
        Assert.Equal(
            """{"task_type":"profile_dataset","data":{"dataset":"weather","version":3,"reference":1}}""",
            JsonSerializer.Serialize(JsonSerializer.Deserialize<JsonElement>(body)));
    }

    [Fact]
    public async Task The_page_is_the_artifact_and_may_load_and_run_nothing()
    {
        const string Page = "<!doctype html><title>weather</title>";
        var gateway = shared.Fresh();
        gateway.Script.Answers("{}");
        await gateway.PostAsync($"{Path}/weather", Page, "text/csv");
        var upload = JsonSerializer.Deserialize<JsonElement>(Assert.Single(gateway.Script.Calls).Body);
        gateway.Script.Answers(Profile(upload.GetProperty("data").GetProperty("artifact").GetString()!));

        using var response = await gateway.Http.GetAsync(new Uri($"{Path}/weather/profile/page", UriKind.Relative), Token);

        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.StartsWith("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal(Page, await response.Content.ReadAsStringAsync(Token));
    }

    private static string Profile(string page) => $$"""
        {"dataset":{"name":"weather","version":3,"digest":"{{None}}","row_count":2,"columns":[],"created_at":"2026-01-02T03:04:05Z"},
         "reference":1,"profile":"{{None}}","page":"{{page}}",
         "drift":[{"column":"x","verdict":"drift","method":"ks","value":0.2,"threshold":0.1,"reason":"ks 0.2"}]}
        """;
}
