using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Skipper.Gateway.Tests.Fakes;
using Skipper.Shared.Messaging.Errors;

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

    [Theory]
    [InlineData("text/csv; charset=windows-1252", "", "windows-1252")]
    [InlineData("text/csv; charset=UTF-8", "?encoding=utf-16", "utf-16")]
    [InlineData("application/x-ndjson", "", null)]
    public async Task The_encoding_of_an_upload_is_passed_on(string type, string query, string? encoding)
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(Version("2000-01-01T00:00:00Z"));

        await gateway.PostAsync($"{Path}/housing{query}", "a,b\n1,2\n", type);

        var data = JsonDocument.Parse(Assert.Single(gateway.Script.Calls).Body).RootElement.GetProperty("data");
        Assert.Equal(encoding, data.TryGetProperty("encoding", out var said) ? said.GetString() : null);
    }

    [Theory]
    [InlineData("housing?tag=production", """{"task_type":"find_dataset","data":{"name":"housing","tag":"production"}}""")]
    [InlineData("housing?as_of=2026-01-02T03:04:05Z", """{"task_type":"find_dataset","data":{"name":"housing","as_of":"2026-01-02T03:04:05+00:00"}}""")]
    [InlineData("housing/versions?before=7", """{"task_type":"list_dataset_versions","data":{"name":"housing","version":7}}""")]
    [InlineData("housing/manifest?version=2", """{"task_type":"describe_dataset","data":{"name":"housing","version":2}}""")]
    [InlineData("housing/diff?from=1&to=2&key=a,%20b", """{"task_type":"diff_datasets","data":{"name":"housing","from":1,"to":2,"key":["a","b"]}}""")]
    public async Task Questions_about_versions_are_passed_on(string path, string expected)
    {
        var gateway = shared.Fresh();
        gateway.Script.Throws(MeshException.NotFound("There is no dataset 'housing'."));

        (await gateway.GetAsync($"{Path}/{path}")).IsProblem(404, "not_found");

        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(Assert.Single(gateway.Script.Calls).Body)),
            gateway.Script.Calls.Single().Body);
    }

    [Fact]
    public async Task A_tag_is_moved_to_the_version_in_the_body()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers("""{"tag":"production","version":2,"moved_at":"2026-01-02T03:04:05Z"}""");

        var answer = await PutAsync(gateway, $"{Path}/housing/tags/production", """{"version":2}""");
        var without = await PutAsync(gateway, $"{Path}/housing/tags/production", "{}");

        Assert.Equal((200, 2), (answer.Status, answer.Json.GetProperty("version").GetInt32()));
        without.IsProblem(422, "invalid_argument");
        Assert.Contains(
            """{"name":"housing","tag":"production","version":2}""", Assert.Single(gateway.Script.Calls).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_is_downloaded_as_a_file()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(Version("2000-01-01T00:00:00Z"));
        await gateway.PostAsync($"{Path}/housing", "a,b\r\n1,2\r\n", "text/csv");
        var artifact = JsonDocument.Parse(gateway.Script.Calls.Single().Body).RootElement.GetProperty("data").GetProperty("artifact").GetString();
        gateway.Script.Answers($$"""{"dataset":{{Version("2000-01-01T00:00:00Z")}},"artifact":"{{artifact}}"}""");

        var answer = await gateway.GetAsync($"{Path}/housing/csv?version=1");

        Assert.Equal((200, "a,b\r\n1,2\r\n"), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task A_version_is_a_number()
    {
        var gateway = shared.Fresh();

        (await gateway.GetAsync($"{Path}/housing?version=three")).IsProblem(400, "invalid_argument");
    }

    private static async Task<Answer> PutAsync(GatewayHost gateway, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await Answer.ReadAsync(
            await gateway.Http.PutAsync(new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken));
    }

    private static string Version(string createdAt) =>
        $$"""{"name":"housing","version":1,"digest":"d","row_count":1,"columns":[],"created_at":"{{createdAt}}"}""";
}
