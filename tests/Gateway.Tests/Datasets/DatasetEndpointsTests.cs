using System.Text.Json;
using Skipper.Gateway.Tests.Fakes;

namespace Skipper.Gateway.Tests.Datasets;

public sealed class DatasetEndpointsTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    private const string Path = "/api/v1/skipper/datasets";

    [Theory]
    [InlineData("2000-01-01T00:00:00Z", 200)]
    [InlineData("2999-01-01T00:00:00Z", 201)]
    public async Task An_upload_is_stored_and_imported_by_its_digest(string createdAt, int status)
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(Version(createdAt));
        var answer = await gateway.PostAsync($"{Path}/housing", "a,b\n1,2\n", "text/csv");

        Assert.Equal(status, answer.Status);
        Assert.Equal("housing", answer.Json.GetProperty("name").GetString());
        var (queue, body) = Assert.Single(gateway.Script.Calls);
        var request = JsonDocument.Parse(body).RootElement;
        Assert.Equal(("skipper_data", "import_dataset"), (queue, request.GetProperty("task_type").GetString()));
        Assert.Equal("housing", request.GetProperty("data").GetProperty("name").GetString());
        Assert.Matches("^[0-9a-f]{64}$", request.GetProperty("data").GetProperty("artifact").GetString()!);
    }

    [Theory]
    [InlineData("Housing", "text/csv", 400)]
    [InlineData("a%20b", "text/csv", 400)]
    [InlineData("housing", "application/json", 415)]
    public async Task An_upload_that_cannot_be_imported_is_refused_before_it_is_stored(string name, string type, int status)
    {
        var gateway = shared.Fresh();

        (await gateway.PostAsync($"{Path}/{name}", "a,b\n1,2\n", type)).IsProblem(status, "invalid_argument");
        Assert.Empty(gateway.Script.Calls);
    }

    [Fact]
    public async Task Datasets_are_listed()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers($$"""{"datasets":[{{Version("2000-01-01T00:00:00Z")}}]}""");

        Assert.Equal(1, (await gateway.GetAsync(Path)).Json.GetProperty("datasets").GetArrayLength());
        Assert.Contains("list_datasets", Assert.Single(gateway.Script.Calls).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_is_found()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(Version("2000-01-01T00:00:00Z"));

        Assert.Equal(200, (await gateway.GetAsync($"{Path}/housing?version=3")).Status);
        Assert.Contains(
            """{"name":"housing","version":3}""", Assert.Single(gateway.Script.Calls).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_is_a_number()
    {
        var gateway = shared.Fresh();

        (await gateway.GetAsync($"{Path}/housing?version=three")).IsProblem(400, "invalid_argument");
    }

    private static string Version(string createdAt) =>
        $$"""{"name":"housing","version":1,"digest":"d","row_count":1,"columns":[],"created_at":"{{createdAt}}"}""";
}
