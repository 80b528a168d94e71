using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Skipper.Gateway.Tests.Fakes;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Tests.Pushes;

public sealed class PushTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    private const string Path = "/api/v1/skipper/preprocess/image";
    private const string Made = """{"artifact":"made","shape":[2,3],"dtype":"uint8"}""";

    [Fact]
    public async Task A_push_is_unpacked_and_its_attributes_are_the_recipe()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(Made);
        var answer = await gateway.PostAsync(Path, Envelope("unpacked", "bytes", """{"preset":"imagenet-224","eventType":"OBJECT_FINALIZE"}"""));

        Assert.Equal((200, "made"), (answer.Status, answer.Json.GetProperty("artifact").GetString()));
        var data = JsonDocument.Parse(Assert.Single(gateway.Script.Calls).Body).RootElement.GetProperty("data");
        Assert.Equal(Digest("bytes"), data.GetProperty("artifact").GetString());
        Assert.Equal("imagenet-224", data.GetProperty("recipe").GetProperty("preset").GetString());
    }

    [Fact]
    public async Task A_push_that_comes_again_is_answered_again_and_not_done_again()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(Made);
        var first = await gateway.PostAsync(Path, Envelope("again", "bytes"));
        gateway.Script.Throws(MeshException.InvalidArgument("Asked twice."));
        var second = await gateway.PostAsync(Path, Envelope("again", "bytes"));

        Assert.Equal((first.Status, first.Text), (second.Status, second.Text));
        Assert.Single(gateway.Script.Calls);
    }

    [Fact]
    public async Task The_same_id_in_another_subscription_is_another_push()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(Made);
        await gateway.PostAsync(Path, Envelope("shared id", "bytes"));
        await gateway.PostAsync(Path, Envelope("shared id", "bytes").Replace("subscriptions/s", "subscriptions/other", StringComparison.Ordinal));

        Assert.Equal(2, gateway.Script.Calls.Count);
    }

    [Fact]
    public async Task Data_or_an_attribute_may_name_an_artifact()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(Made);
        var digest = Digest("stored before");
        await gateway.PostAsync(Path, Envelope("by data", digest));
        await gateway.PostAsync(Path, Envelope("by attribute", "", $$"""{"artifact":"{{digest}}"}"""));

        Assert.Equal(2, gateway.Script.Calls.Count);
        Assert.All(gateway.Script.Calls, call => Assert.Contains($"\"artifact\":\"{digest}\"", call.Body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_payload_that_will_never_do_is_recorded_and_ends_the_message()
    {
        var gateway = shared.Fresh();
        gateway.Script.Throws(MeshException.InvalidArgument("Expected a PNG."));

        Assert.Equal((204, ""), (await PostAsync(Envelope("never", "no image"))));
        Assert.Equal((204, ""), (await PostAsync(Envelope("never", "no image"))));
        Assert.Single(gateway.Script.Calls);
        var push = await FindAsync("failed", "never");
        Assert.Equal("invalid_argument: Expected a PNG.", push.GetProperty("reason").GetString());
        Assert.Equal(Digest("no image"), push.GetProperty("artifact").GetString());

        async Task<(int, string)> PostAsync(string body)
        {
            var answer = await gateway.PostAsync(Path, body);
            return (answer.Status, answer.Text);
        }
    }

    [Theory]
    [InlineData(ErrorCode.Internal)]
    [InlineData(ErrorCode.FailedPrecondition)]
    [InlineData(ErrorCode.ResourceExhausted)]
    [InlineData(ErrorCode.Unavailable)]
    public async Task Any_other_failure_brings_the_message_again(ErrorCode code)
    {
        var gateway = shared.Fresh();
        gateway.Script.Throws(new MeshException(code, "Not now."));
        var answer = await gateway.PostAsync(Path, Envelope($"later {code}", "bytes"));

        answer.IsProblem(503, "unavailable");
        Assert.NotNull(answer.Headers.RetryAfter);
        gateway.Script.Answers(Made);
        Assert.Equal(200, (await gateway.PostAsync(Path, Envelope($"later {code}", "bytes"))).Status);
    }

    [Theory]
    [InlineData("{", "valid JSON")]
    [InlineData("[]", "message is missing")]
    [InlineData("{\"subscription\":\"s\"}", "message is missing")]
    [InlineData("{\"message\":7}", "message must be an object")]
    [InlineData("{\"message\":{\"data\":\"YQ==\"}}", "messageId is missing")]
    [InlineData("{\"message\":{\"messageId\":\"1\"}}", "neither data nor attributes")]
    [InlineData("{\"message\":{\"messageId\":\"1\",\"data\":\"a?\"}}", "data must be base64")]
    [InlineData("{\"message\":{\"messageId\":1,\"data\":\"YQ==\"}}", "messageId must be a text")]
    [InlineData("{\"message\":{\"messageId\":\"\\u0000\",\"data\":\"YQ==\"}}", "messageId must be a text")]
    [InlineData("{\"message\":{\"messageId\":\"1\",\"attributes\":{\"a\":1}}}", "attribute a must be a text")]
    [InlineData("{\"message\":{\"messageId\":\"\\ud800\",\"data\":\"YQ==\"}}", "")]
    public async Task A_malformed_push_is_refused_and_kept_once(string body, string reason)
    {
        var gateway = shared.Fresh();
        for (var delivery = 0; delivery < 2; delivery++)
        {
            var answer = await gateway.PostAsync(Path, body);

            answer.IsProblem(400, "invalid_argument");
            Assert.Contains(reason, answer.Detail, StringComparison.Ordinal);
        }

        Assert.Empty(gateway.Script.Calls);
        Assert.Equal(Digest(body), (await FindAsync("malformed", Digest(body))).GetProperty("artifact").GetString());
        Assert.Equal(body, (await gateway.GetAsync($"/api/v1/skipper/artifacts/{Digest(body)}")).Text);
    }

    [Fact]
    public async Task Names_in_snake_case_are_understood()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(Made);
        var body = Envelope("snake", "bytes").Replace("messageId", "message_id", StringComparison.Ordinal);

        Assert.Equal(200, (await gateway.PostAsync(Path, body)).Status);
    }

    [Fact]
    public async Task A_weather_push_is_told_from_records()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(Made);
        var answer = await gateway.PostAsync("/api/v1/skipper/preprocess/weather", Envelope("weather", "[]"));

        Assert.Equal(200, answer.Status);
        Assert.Contains(Digest("[]"), Assert.Single(gateway.Script.Calls).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pushes_are_listed_by_a_state_that_there_is() =>
        (await shared.Fresh().GetAsync("/api/v1/skipper/pushes?state=bad")).IsProblem(400, "invalid_argument");

    private static string Envelope(string id, string data, string attributes = "{}") =>
        $$$"""
        {"message":{"data":"{{{Convert.ToBase64String(Encoding.UTF8.GetBytes(data))}}}","attributes":{{{attributes}}},"messageId":"{{{id}}}",
        "publishTime":"2026-01-02T03:04:05.678Z"},"subscription":"projects/p/subscriptions/s"}
        """;

    private async Task<JsonElement> FindAsync(string state, string id)
    {
        var pushes = (await shared.Fresh().GetAsync($"/api/v1/skipper/pushes?state={state}")).Json.GetProperty("pushes").EnumerateArray();
        return Assert.Single(pushes, push => push.GetProperty("message_id").GetString() == id);
    }

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
