using System.Text.Json.Nodes;
using Skipper.Gateway.Tests.Fakes;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Tests.Experiments;

public sealed class ExperimentEndpointsTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    private const string Path = "/api/v1/skipper/experiments";
    private const string One = "0198c0de-0000-7000-8000-000000000001";
    private const string Two = "0198c0de-0000-7000-8000-000000000002";

    private const string Run =
        $$"""{"id":"{{One}}","experiment":"tries","state":"failed","task":"binary","engine":"linear","engine_version":"5.0.0","parameters":{},"seed":1,"dataset":"d","code_version":"1","environment":{},"started_at":"2026-01-02T03:04:05Z"}""";

    [Theory]
    [InlineData("", """{"experiments":[]}""", """{"task_type":"list_experiments"}""")]
    [InlineData(
        "/tries/runs?state=failed&limit=5",
        """{"runs":[]}""",
        """{"task_type":"list_experiment_runs","data":{"experiment":"tries","state":"failed","limit":5}}""")]
    [InlineData($"/runs/{One}", Run, $$$"""{"task_type":"find_experiment_run","data":{"id":"{{{One}}}"}}""")]
    [InlineData(
        $"/compare?ids={One},%20{Two}",
        """{"runs":[],"differences":{},"metrics":{}}""",
        $$$"""{"task_type":"compare_experiment_runs","data":{"ids":["{{{One}}}","{{{Two}}}"]}}""")]
    public async Task A_question_is_asked_of_the_training_service(string path, string reply, string request)
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(reply);

        Assert.Equal(200, (await gateway.GetAsync($"{Path}{path}")).Status);

        var (queue, body) = Assert.Single(gateway.Script.Calls);
        Assert.Equal("skipper_models", queue);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(request), JsonNode.Parse(body)), body);
    }

    [Fact]
    public async Task What_is_no_id_is_refused_without_asking()
    {
        var gateway = shared.Fresh();

        (await gateway.GetAsync($"{Path}/compare?ids={One},x")).IsProblem(400, "invalid_argument");

        Assert.Empty(gateway.Script.Calls);
    }

    [Fact]
    public async Task A_run_that_is_not_there_is_not_found()
    {
        var gateway = shared.Fresh();
        gateway.Script.Throws(MeshException.NotFound($"There is no run {One}."));

        (await gateway.GetAsync($"{Path}/runs/{One}")).IsProblem(404, "not_found");
    }
}
