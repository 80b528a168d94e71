using System.Net.Http.Headers;
using Skipper.Gateway.Tests.Fakes;

namespace Skipper.Gateway.Tests.Models;

/// <summary>What the endpoints of rollouts ask of the serving service.</summary>
public sealed class RolloutEndpointsTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    private const string Path = "/api/v1/skipper/models/housing/rollout";

    private const string Rollout =
        """{"model":"housing","number":1,"kind":"started","started":1,"lanes":[],"guards":[],"compared":1,"tolerance":0.05,"changed_at":"2026-01-02T03:04:05+00:00"}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rollout_is_started_with_its_plan()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(Rollout);

        using var put = await PutAsync(
            gateway,
            """{"alias":"live","lanes":[{"name":"a","version":1,"weight":9},{"name":"b","version":2,"shadow":true}],"guards":[{"metric":"error_rate","limit":0.1}],"compared":0.5,"tolerance":0.1,"actor":"ann","reason":"try"}""");

        Assert.Equal(200, (int)put.StatusCode);
        Assert.Equal(
            ("skipper_serving", """{"task_type":"set_rollout","data":{"model":"housing","alias":"live","lanes":[{"name":"a","version":1,"weight":9,"shadow":false,"since":0},{"name":"b","version":2,"weight":0,"shadow":true,"since":0}],"guards":[{"metric":"error_rate","limit":0.1}],"compared":0.5,"tolerance":0.1,"actor":"ann","reason":"try"}}"""),
            Assert.Single(gateway.Script.Calls));
    }

    [Theory]
    [InlineData("{}", "Name the versions that are to answer")]
    [InlineData("""{"lanes":[{"name":"a"}]}""", "version")]
    public async Task A_plan_that_is_not_complete_is_refused_before_anybody_is_asked(string body, string problem)
    {
        var gateway = shared.Fresh();

        using var put = await PutAsync(gateway, body);

        Assert.InRange((int)put.StatusCode, 400, 422);
        Assert.Contains(problem, await put.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Empty(gateway.Script.Calls);
    }

    [Fact]
    public async Task A_rollout_is_read_ended_and_remembered()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers($$"""{"rollout":{{Rollout}},"lanes":[],"guards":[]}""");
        Assert.Equal(1, (await gateway.GetAsync(Path)).Json.GetProperty("rollout").GetProperty("number").GetInt32());
        gateway.Script.Answers($$"""{"changes":[{{Rollout}}]}""");
        Assert.Equal(1, (await gateway.GetAsync($"{Path}/history")).Json.GetProperty("changes").GetArrayLength());
        gateway.Script.Answers(Rollout);
        using var stopped = await gateway.Http.DeleteAsync(new Uri($"{Path}?actor=ann&reason=done", UriKind.Relative), Token);

        Assert.Equal(200, (int)stopped.StatusCode);
        Assert.Equal(
            [
                """{"task_type":"find_rollout","data":{"model":"housing"}}""",
                """{"task_type":"list_rollout_changes","data":{"model":"housing"}}""",
                """{"task_type":"stop_rollout","data":{"model":"housing","actor":"ann","reason":"done"}}""",
            ],
            gateway.Script.Calls.Select(call => call.Item2));
    }

    private static async Task<HttpResponseMessage> PutAsync(GatewayHost gateway, string json)
    {
        using var body = new StringContent(json, MediaTypeHeaderValue.Parse("application/json"));
        return await gateway.Http.PutAsync(new Uri(Path, UriKind.Relative), body, Token);
    }
}
