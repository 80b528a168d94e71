using System.Text.Json.Nodes;
using Skipper.Gateway.Tests.Fakes;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Tests.Predictions;

public sealed class PredictionEndpointsTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    private const string Path = "/api/v1/skipper/predictions";

    private const string Stored =
        """{"request_id":"a+1","model":"housing","version":3,"predicted_at":"2026-01-02T03:04:05+00:00","predictions":[{"price":28.9}]}""";

    [Theory]
    [InlineData("", """{"predictions":[]}""", """{"task_type":"list_predictions","data":{}}""")]
    [InlineData(
        "?model=housing&version=3&since=2026-01-02T03:04:05Z&until=2026-01-03T00:00:00Z&limit=5&page_token=abc",
        """{"predictions":[]}""",
        """{"task_type":"list_predictions","data":{"model":"housing","version":3,"since":"2026-01-02T03:04:05+00:00","until":"2026-01-03T00:00:00+00:00","limit":5,"page_token":"abc"}}""")]
    [InlineData("/a:1", """{"predictions":[]}""", """{"task_type":"find_predictions","data":{"request_id":"a:1"}}""")]
    [InlineData(
        "/../models/housing/live?since=2026-01-02T03:04:05Z",
        """{"model":"housing","versions":[]}""",
        """{"task_type":"measure_predictions","data":{"model":"housing","since":"2026-01-02T03:04:05+00:00"}}""")]
    public async Task A_question_is_asked_of_the_serving_service(string path, string reply, string request)
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(reply);

        Assert.Equal(200, (await gateway.GetAsync($"{Path}{path}")).Status);

        AssertAsked(gateway, request);
    }

    [Fact]
    public async Task A_prediction_is_kept_under_the_id_of_the_body_and_found_at_its_location()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(Stored);

        var answer = await gateway.PostAsync(Path, """{"model":"housing@3","request_id":"a+1","rows":[{"rm":6}]}""");

        Assert.Equal((201, $"{Path}/a%2B1"), (answer.Status, answer.Headers.Location?.OriginalString));
        AssertAsked(gateway, """{"task_type":"predict_stored","data":{"model":"housing@3","rows":[{"rm":6}],"request_id":"a+1"}}""");
    }

    [Fact]
    public async Task Without_an_id_of_the_body_the_idempotency_key_is_it_and_without_that_a_new_one()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(Stored);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Path, UriKind.Relative));
        request.Content = new StringContent("""{"rows":[[6]]}""");
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("Idempotency-Key", "\"7c4a\"");

        using var answer = await gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
        await gateway.PostAsync(Path, """{"rows":[[6]]}""");

        Assert.Equal(201, (int)answer.StatusCode);
        string[] ids = [.. gateway.Script.Calls.Select(call => JsonNode.Parse(call.Item2)!["data"]!["request_id"]!.GetValue<string>())];
        Assert.Equal(2, ids.Length);
        Assert.Equal("7c4a", ids[0]);
        Assert.True(Guid.TryParse(ids[1], out _));
    }

    [Fact]
    public async Task Feedback_goes_to_its_request()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers("""{"request_id":"a1","labeled_count":1,"row_count":1}""");

        var answer = await gateway.PostAsync($"{Path}/a1/feedback", """{"labels":[{"row":2,"label":27.5},{"label":{"kind":"b"}}]}""");

        Assert.Equal(200, answer.Status);
        AssertAsked(
            gateway,
            """{"task_type":"add_feedback","data":{"request_id":"a1","labels":[{"row":2,"label":27.5},{"row":0,"label":{"kind":"b"}}]}}""");
    }

    [Theory]
    [InlineData("", "{}")]
    [InlineData("", "[]")]
    [InlineData("", "")]
    [InlineData("/a1/feedback", "{}")]
    [InlineData("/a1/feedback", """{"labels":[{"row":1}]}""")]
    public async Task A_body_without_what_is_needed_is_refused_without_asking(string path, string body)
    {
        var gateway = shared.Fresh();

        Assert.InRange((await gateway.PostAsync($"{Path}{path}", body)).Status, 400, 422);

        Assert.Empty(gateway.Script.Calls);
    }

    [Fact]
    public async Task What_is_not_kept_is_not_found_and_an_id_that_was_used_is_a_conflict()
    {
        var gateway = shared.Fresh();
        gateway.Script.Throws(MeshException.NotFound("Nothing is kept for request 'x'."));
        (await gateway.GetAsync($"{Path}/x")).IsProblem(404, "not_found");

        gateway = shared.Fresh();
        gateway.Script.Throws(new MeshException(ErrorCode.AlreadyExists, "Request 'x' was kept with another model or other rows."));
        (await gateway.PostAsync(Path, """{"request_id":"x","rows":[[6]]}""")).IsProblem(409, "already_exists");
    }

    private static void AssertAsked(GatewayHost gateway, string request)
    {
        var (queue, body) = Assert.Single(gateway.Script.Calls);
        Assert.Equal("skipper_serving", queue);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(request), JsonNode.Parse(body)), body);
    }
}
