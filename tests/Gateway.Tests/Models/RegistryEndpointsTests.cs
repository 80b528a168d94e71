using System.Net.Http.Headers;
using Skipper.Gateway.Tests.Fakes;

namespace Skipper.Gateway.Tests.Models;

/// <summary>What the registry's endpoints ask of the training service.</summary>
public sealed class RegistryEndpointsTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    private const string Path = "/api/v1/skipper/models/housing";

    private const string Version =
        """
        {"name":"housing","version":2,"engine":"xgboost","engine_version":"1.7.4","artifact":"0","features":[],"targets":["price"],"metrics":{},"dataset":"","dataset_version":0,"dataset_digest":"","parameters":{},"created_at":"2026-01-02T03:04:05+00:00"}
        """;

    private const string Alias =
        """{"name":"housing","alias":"champion","version":2,"moved_at":"2026-01-02T03:04:05+00:00","number":1}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", """{"name":"housing"}""")]
    [InlineData("?version=2", """{"name":"housing","version":2}""")]
    [InlineData("?alias=champion&as_of=2026-01-02T03:04:05Z", """{"name":"housing","alias":"champion","as_of":"2026-01-02T03:04:05\u002B00:00"}""")]
    [InlineData("/versions/2", """{"name":"housing","version":2}""")]
    public async Task A_version_is_found_by_all_that_names_it(string path, string data)
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(Version);

        Assert.Equal(2, (await gateway.GetAsync($"{Path}{path}")).Json.GetProperty("version").GetInt32());
        Assert.Equal(("skipper_models", $$"""{"task_type":"find_model","data":{{data}}}"""), Assert.Single(gateway.Script.Calls));
    }

    [Theory]
    [InlineData("/aliases", """{"task_type":"list_aliases","data":{"name":"housing"}}""", "aliases")]
    [InlineData("/aliases/champion", """{"task_type":"list_aliases","data":{"name":"housing","alias":"champion"}}""", "aliases")]
    [InlineData("/versions?before=9", """{"task_type":"list_model_versions","data":{"name":"housing","version":9}}""", "versions")]
    public async Task Versions_and_aliases_are_listed(string path, string request, string member)
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers($$"""{"{{member}}":[]}""");

        Assert.Equal(0, (await gateway.GetAsync($"{Path}{path}")).Json.GetProperty(member).GetArrayLength());
        Assert.Equal(("skipper_models", request), Assert.Single(gateway.Script.Calls));
    }

    [Fact]
    public async Task Rows_are_explained_by_a_version_and_for_the_outputs_that_are_named()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(
            """{"model":"housing","version":2,"explanations":[{"price":{"prediction":2,"margin":2,"bias":1,"contributions":{"rm":1}}}]}""");

        var answer = await gateway.PostAsync($"{Path}@2/explain", """{"rows":[{"rm":6.5}],"outputs":["price"]}""");

        Assert.Equal(200, answer.Status);
        var price = answer.Json.GetProperty("explanations")[0].GetProperty("price");
        Assert.Equal(1, price.GetProperty("contributions").GetProperty("rm").GetDouble());
        Assert.Equal(
            ("skipper_serving", """{"task_type":"explain","data":{"model":"housing@2","rows":[{"rm":6.5}],"outputs":["price"]}}"""),
            Assert.Single(gateway.Script.Calls));
        (await gateway.PostAsync($"{Path}/explain", "{}")).IsProblem(422, "invalid_argument");
    }

    [Theory]
    [InlineData("/drift", """{"task_type":"measure_drift","data":{"model":"housing"}}""")]
    [InlineData("@champion/drift?hours=48", """{"task_type":"measure_drift","data":{"model":"housing@champion","hours":48}}""")]
    public async Task Drift_is_measured_over_the_hours_that_are_asked_for(string path, string request)
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(
            """
            {"model":"housing","version":2,"from":"2026-01-01T03:00:00+00:00","to":"2026-01-02T03:04:05+00:00","verdict":"none",
            "row_count":1000,"fewest_rows":1000,"reference_row_count":404,"features":[],"predictions":[]}
            """);

        Assert.Equal("none", (await gateway.GetAsync($"{Path}{path}")).Json.GetProperty("verdict").GetString());
        Assert.Equal(("skipper_serving", request), Assert.Single(gateway.Script.Calls));
    }

    [Fact]
    public async Task An_alias_is_promoted_with_a_gate_and_rolled_back()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(Alias);
        using var body = new StringContent(
            """{"version":2,"actor":"ann","gate":{"metric":"rmse","minimum_gain":0.5}}""", MediaTypeHeaderValue.Parse("application/json"));

        using var put = await gateway.Http.PutAsync(new Uri($"{Path}/aliases/champion", UriKind.Relative), body, Token);
        var rollback = await gateway.PostAsync($"{Path}/aliases/champion/rollback", "");

        Assert.Equal((200, 200), ((int)put.StatusCode, rollback.Status));
        Assert.Equal(
            [
                """{"task_type":"promote_model","data":{"name":"housing","version":2,"alias":"champion","actor":"ann","gate":{"metric":"rmse","minimum_gain":0.5}}}""",
                """{"task_type":"rollback_model","data":{"name":"housing","alias":"champion"}}""",
            ],
            gateway.Script.Calls.Select(call => call.Item2));
    }

    [Fact]
    public async Task A_promotion_without_version_is_refused_before_anybody_is_asked()
    {
        var gateway = shared.Fresh();
        using var body = new StringContent("{}", MediaTypeHeaderValue.Parse("application/json"));

        using var put = await gateway.Http.PutAsync(new Uri($"{Path}/aliases/champion", UriKind.Relative), body, Token);

        Assert.Equal(422, (int)put.StatusCode);
        Assert.Empty(gateway.Script.Calls);
    }

    [Fact]
    public async Task A_model_file_is_stored_and_imported_under_its_digest()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(Version);

        var answer = await gateway.PostAsync($"{Path}/versions?inputs=a,b&target=price", "model", "application/octet-stream");

        Assert.Equal((201, $"{Path}/versions/2"), (answer.Status, answer.Headers.Location?.OriginalString));
        var (_, request) = Assert.Single(gateway.Script.Calls);
        Assert.Contains("\"artifact\":\"9372c470eeadd5ecd9c3c74c2b3cb633f8e2f2fad799250a0f70d652b6b825e4\"", request, StringComparison.Ordinal);
        Assert.Contains("""[{"name":"a","type":"number","required":false},{"name":"b",""", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_is_deleted_with_who_and_why()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers("""{"name":"housing","version":2,"deleted_at":"2026-01-02T03:04:05+00:00"}""");

        using var answer = await gateway.Http.DeleteAsync(
            new Uri($"{Path}/versions/2?actor=ann&reason=wrong", UriKind.Relative), Token);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal(
            ("skipper_models", """{"task_type":"delete_model_version","data":{"name":"housing","version":2,"actor":"ann","reason":"wrong"}}"""),
            Assert.Single(gateway.Script.Calls));
    }
}
