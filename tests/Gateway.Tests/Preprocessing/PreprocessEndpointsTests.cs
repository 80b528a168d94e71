using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Skipper.Gateway.Tests.Fakes;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Tests.Preprocessing;

public sealed class PreprocessEndpointsTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    private const string Path = "/api/v1/skipper/preprocess";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_is_stored_and_preprocessed_by_its_digest()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(Made("d"));
        var answer = await gateway.PostAsync($"{Path}/image?preset=imagenet-224&exif=true", "bytes", "image/png");

        Assert.Equal(200, answer.Status);
        Assert.Equal([2, 3], answer.Json.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32()));
        var (queue, body) = Assert.Single(gateway.Script.Calls);
        var request = JsonDocument.Parse(body).RootElement;
        Assert.Equal(("skipper_data", "preprocess_image"), (queue, request.GetProperty("task_type").GetString()));
        var data = request.GetProperty("data");
        Assert.Equal(Digest("bytes"), data.GetProperty("artifact").GetString());
        Assert.Equal("""{"preset":"imagenet-224","exif":true}""", data.GetProperty("recipe").GetRawText());
    }

    [Fact]
    public async Task A_form_holds_one_file_and_parameters()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(Made("d"));
        using var form = new MultipartFormDataContent
        {
            { new StringContent("40"), "n_mels" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes("sound")), "file", "../../etc/passwd" },
        };
        var answer = await Answer.ReadAsync(await gateway.Http.PostAsync(new Uri($"{Path}/audio", UriKind.Relative), form, Token));

        Assert.Equal(200, answer.Status);
        var data = JsonDocument.Parse(Assert.Single(gateway.Script.Calls).Body).RootElement.GetProperty("data");
        Assert.Equal(Digest("sound"), data.GetProperty("artifact").GetString());
        Assert.Equal(40, data.GetProperty("recipe").GetProperty("n_mels").GetInt32());
        Assert.Equal(22050, data.GetProperty("recipe").GetProperty("sample_rate").GetInt32());
    }

    [Fact]
    public async Task A_form_without_a_file_or_with_two_is_refused()
    {
        var gateway = shared.Fresh();
        foreach (var files in new[] { 0, 2 })
        {
            using var form = new MultipartFormDataContent { { new StringContent("x"), "preset" } };
            for (var i = 0; i < files; i++)
            {
                form.Add(new ByteArrayContent([1]), "file", "a.png");
            }

            var answer = await Answer.ReadAsync(await gateway.Http.PostAsync(new Uri($"{Path}/image", UriKind.Relative), form, Token));
            answer.IsProblem(400, "invalid_argument");
        }

        Assert.Empty(gateway.Script.Calls);
    }

    [Theory]
    [InlineData("image?presett=a", "There is no parameter 'presett'; known are: preset, exif.")]
    [InlineData("image?exif=maybe", "Parameter exif cannot be 'maybe'.")]
    [InlineData("audio?n_fft=many", "Parameter n_fft cannot be 'many'.")]
    [InlineData("text", "Parameter kind is missing.")]
    public async Task A_wrong_parameter_is_named(string path, string detail)
    {
        var gateway = shared.Fresh();
        var answer = await gateway.PostAsync($"{Path}/{path}", "bytes", "application/octet-stream");

        answer.IsProblem(422, "invalid_argument");
        Assert.Equal(detail, answer.Detail);
        Assert.Empty(gateway.Script.Calls);
    }

    [Fact]
    public async Task The_array_itself_is_the_answer_where_it_is_asked_for()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(Made(Digest("the file that was sent")));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{Path}/image", UriKind.Relative))
        {
            // The worker of this test answers with the digest of what is stored already: the request's own body.
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes("the file that was sent")),
        };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/x-npy"));
        var answer = await Answer.ReadAsync(await gateway.Http.SendAsync(request, Token));

        Assert.Equal((200, "application/x-npy", "the file that was sent"), (answer.Status, answer.Type, answer.Text));
        Assert.Equal([Digest("the file that was sent")], answer.Headers.GetValues("X-Skipper-Artifact"));
    }

    [Fact]
    public async Task Weather_records_are_json_that_is_no_push()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(Made("d"));
        foreach (var records in new[] { """[{"time":1}]""", "{\"time\":1}\n{\"time\":2}\n", """{"time":1}""", "no json" })
        {
            Assert.Equal(200, (await gateway.PostAsync($"{Path}/weather", records)).Status);
            Assert.Contains(Digest(records), gateway.Script.Calls.Last().Body, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("preprocess_audio")]
    [InlineData("preprocess_image")]
    [InlineData("preprocess_text")]
    [InlineData("preprocess_weather")]
    public async Task Preprocessing_is_a_task_like_others(string taskType)
    {
        var gateway = shared.Fresh();
        var answer = await gateway.PostAsync($"{GatewayHost.Tasks}/execute_sync", $$"""{"task_type":"{{taskType}}","data":{} }""");

        Assert.Equal("Success", answer.Json.GetProperty("task_status").GetString());
        Assert.Equal("skipper_data", Assert.Single(gateway.Script.Calls).Queue);
    }

    [Fact]
    public async Task What_a_worker_refuses_is_refused()
    {
        var gateway = shared.Fresh();
        gateway.Script.Throws(MeshException.InvalidArgument("Expected a PNG."));
        var answer = await gateway.PostAsync($"{Path}/image", "bytes", "image/png");

        answer.IsProblem(422, "invalid_argument");
        Assert.Equal("Expected a PNG.", answer.Detail);
    }

    [Fact]
    public async Task An_artifact_is_read_by_its_digest()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(Made("d"));
        await gateway.PostAsync($"{Path}/image", "kept", "image/png");
        var answer = await gateway.GetAsync($"/api/v1/skipper/artifacts/{Digest("kept")}");

        Assert.Equal((200, "application/octet-stream", "kept"), (answer.Status, answer.Type, answer.Text));
        Assert.Equal($"\"{Digest("kept")}\"", answer.Headers.ETag!.Tag);
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("..%2F..%2Fetc%2Fpasswd")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task An_artifact_that_is_not_there_is_not_found(string digest) =>
        (await shared.Fresh().GetAsync($"/api/v1/skipper/artifacts/{digest}")).IsProblem(404, "not_found");

    private static string Made(string digest) => $$"""{"artifact":"{{digest}}","shape":[2,3],"dtype":"uint8"}""";

    private static string Digest(string text) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
