using System.Net.Http.Headers;
using System.Text;
using Skipper.Gateway.Tests.Fakes;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Tests.OpenInference;

/// <summary>What passes between client and worker.</summary>
public sealed class InferEndpointsTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    private const string HeaderLength = "Inference-Header-Content-Length";
    private const string Infer = "/v2/models/housing/infer";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Infer, "housing")]
    [InlineData("/v2/models/housing/versions/2/infer", "housing@2")]
    [InlineData("/v2/models/housing/versions/champion/infer", "housing@champion")]
    [InlineData("/v2/models/housing@2/infer", "housing@2")]
    public async Task Request_and_response_pass_as_they_are(string path, string model)
    {
        const string reply = """{"model_name":"housing","outputs":[ {"data":[1.50]} ]}""";
        var gateway = shared.Fresh();
        gateway.Script.Answers(reply);
        var answer = await gateway.PostAsync(path, """ { "model":"other", "inputs": [ 1.50 ]} """);

        Assert.Equal((200, reply, "application/json"), (answer.Status, answer.Text, answer.Type));
        Assert.Equal(
            ("skipper_serving", $$"""{"task_type":"infer","model":"{{model}}", "model":"other", "inputs": [ 1.50 ]}"""),
            Assert.Single(gateway.Script.Calls));
    }

    [Fact]
    public async Task Binary_tensors_pass_in_base64_both_ways()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers("""{"binary":"BAUG", "model_name":"housing","outputs":[]}""");
        using var content = Body("""{"inputs":[]}""", [1, 2, 3], """{"inputs":[]}""".Length);
        using var response = await gateway.Http.PostAsync(new Uri(Infer, UriKind.Relative), content, Token);

        Assert.Equal("""{"task_type":"infer","model":"housing","binary":"AQID","inputs":[]}""", Assert.Single(gateway.Script.Calls).Body);
        const string json = """{"model_name":"housing","outputs":[]}""";
        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal($"{json.Length}", Assert.Single(response.Headers.GetValues(HeaderLength)));
        Assert.Equal(json.Length + 3, response.Content.Headers.ContentLength);
        Assert.Equal([.. Encoding.UTF8.GetBytes(json), 4, 5, 6], await response.Content.ReadAsByteArrayAsync(Token));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("14")]
    [InlineData("x")]
    public async Task A_length_of_the_json_that_cannot_be_is_refused(string length)
    {
        var gateway = shared.Fresh();
        using var content = Body("""{"inputs":[]}""", [], length);

        await IsErrorAsync(
            gateway.Http.PostAsync(new Uri(Infer, UriKind.Relative), content, Token), 400, "must be a number of bytes from 0 to 13");
    }

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("[]", "Expected a JSON object, found an array.")]
    [InlineData("""{"inputs":[1}""", "line 1, byte 13")]
    [InlineData("""{"inputs":[]} x""", "line 1, byte 15")]
    [InlineData("""{"parameters":1}""", "parameters must be an object, found a number.")]
    [InlineData("""{"parameters":{"timeout":"5"}}""", "timeout must be a whole number of microseconds")]
    [InlineData("""{"parameters":{"timeout":-5}}""", "timeout must be a whole number of microseconds")]
    public async Task A_body_that_is_no_request_is_an_error_of_the_protocol(string body, string reason)
    {
        var gateway = shared.Fresh();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        await IsErrorAsync(gateway.Http.PostAsync(new Uri(Infer, UriKind.Relative), content, Token), 400, reason);
        Assert.Empty(gateway.Script.Calls);
    }

    [Theory]
    [InlineData(ErrorCode.InvalidArgument, 400)]
    [InlineData(ErrorCode.FailedPrecondition, 400)]
    [InlineData(ErrorCode.NotFound, 404)]
    [InlineData(ErrorCode.ResourceExhausted, 429)]
    [InlineData(ErrorCode.Internal, 502)]
    [InlineData(ErrorCode.Unavailable, 503)]
    [InlineData(ErrorCode.DeadlineExceeded, 504)]
    public async Task What_a_worker_refuses_is_an_error_of_the_protocol(ErrorCode code, int status)
    {
        var gateway = shared.Fresh();
        gateway.Script.Throws(new MeshException(code, "Input 'rm' has no data."));
        using var content = new StringContent("{}", Encoding.UTF8, "application/json");

        await IsErrorAsync(gateway.Http.PostAsync(new Uri(Infer, UriKind.Relative), content, Token), status, "Input 'rm' has no data.");
        Assert.Equal("""{"task_type":"infer","model":"housing"}""", Assert.Single(gateway.Script.Calls).Body);
    }

    [Fact]
    public async Task A_timeout_in_microseconds_is_the_deadline_of_the_call()
    {
        var gateway = shared.Fresh();
        DateTimeOffset? deadline = null;
        gateway.Script.Answer = (_, context, _) =>
        {
            deadline = context.Deadline;
            return Task.FromResult("{}");
        };
        var before = TimeProvider.System.GetUtcNow();
        Assert.Equal(200, (await gateway.PostAsync(Infer, """{"parameters":{"priority":2,"timeout":36000000000}}""")).Status);

        Assert.InRange(deadline!.Value, before.AddHours(10), TimeProvider.System.GetUtcNow().AddHours(10));
    }

    [Fact]
    public async Task A_timeout_that_nobody_can_keep_is_an_error_of_the_protocol()
    {
        var gateway = shared.Fresh();
        using var content = new StringContent("""{"parameters":{"timeout":1}}""", Encoding.UTF8, "application/json");

        await IsErrorAsync(gateway.Http.PostAsync(new Uri(Infer, UriKind.Relative), content, Token), 504, "");
    }

    [Theory]
    [InlineData("/v2/nothing", 404, "There is nothing at /v2/nothing.")]
    [InlineData(Infer, 405, "does not take GET")]
    [InlineData("/v2/models/housing@1/versions/2", 400, "names a version already")]
    public async Task What_is_not_there_is_an_error_of_the_protocol_too(string path, int status, string reason)
    {
        var gateway = shared.Fresh();

        await IsErrorAsync(gateway.Http.GetAsync(new Uri(path, UriKind.Relative), Token), status, reason);
    }

    [Fact]
    public async Task A_body_of_twenty_mebibytes_is_an_error_of_the_protocol()
    {
        var gateway = shared.Fresh();
        using var content = new ByteArrayContent(new byte[20 << 20]);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Infer, UriKind.Relative)) { Content = content };
        request.Headers.ExpectContinue = true;

        await IsErrorAsync(gateway.Http.SendAsync(request, Token), 413, "The body may have 16777216 bytes, this one has 20971520.");
    }

    private static ByteArrayContent Body(string json, byte[] binary, object length)
    {
        var content = new ByteArrayContent([.. Encoding.UTF8.GetBytes(json), .. binary]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        content.Headers.Add(HeaderLength, $"{length}");
        return content;
    }

    private static async Task IsErrorAsync(Task<HttpResponseMessage> sending, int status, string reason)
    {
        var answer = await Answer.ReadAsync(await sending);
        Assert.Equal((status, "application/json"), (answer.Status, answer.Type));
        Assert.Equal("error", Assert.Single(answer.Json.EnumerateObject()).Name);
        Assert.Contains(reason, answer.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
    }
}
