using Skipper.Gateway.Tests.Fakes;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Tests.OpenInference;

/// <summary>Health, metadata and repository.</summary>
public sealed class OpenInferenceEndpointsTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    private const string One = """{"name":"housing","version":1,"state":"UNAVAILABLE","reason":"it was unloaded"}""";
    private const string Two = """{"name":"housing","version":2,"state":"READY","current":true,"aliases":["champion"]}""";
    private const string OneEntry = """{"name":"housing","version":"1","state":"UNAVAILABLE","reason":"it was unloaded"}""";
    private const string TwoEntry = """{"name":"housing","version":"2","state":"READY","reason":""}""";

    private const string Registered =
        """
        {"name":"housing","version":3,"engine":"linear","engine_version":"1","artifact":"a","features":[],"targets":[],"metrics":{},
          "dataset":"","dataset_version":0,"dataset_digest":"","parameters":{},"created_at":"2026-01-02T03:04:05Z"}
        """;

    [Theory]
    [InlineData("/v2")]
    [InlineData("/v2/")]
    public async Task The_server_names_itself_and_its_extensions(string path)
    {
        var answer = await shared.Fresh().GetAsync(path);

        Assert.Equal(["name", "version", "extensions"], answer.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal("skipper", answer.Json.GetProperty("name").GetString());
        Assert.Contains("binary_tensor_data", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_server_is_live_whatever_the_workers_do()
    {
        var gateway = shared.Fresh();
        gateway.Script.Throws(MeshException.Unavailable("away"));

        Assert.Equal((200, """{"live":true}"""), await AskAsync(gateway, "/v2/health/live"));
    }

    [Theory]
    [InlineData(Two, 200, """{"live":true,"ready":true}""")]
    [InlineData("", 200, """{"live":true,"ready":true}""")]
    [InlineData(One + "," + Two, 200, """{"live":true,"ready":true}""")]
    [InlineData("""{"name":"b","version":3,"state":"UNAVAILABLE","reason":"not used for long","current":true}""", 200, """{"live":true,"ready":true}""")]
    [InlineData("""{"name":"b","version":3,"state":"UNAVAILABLE","unloaded":true,"aliases":["x"]}""", 200, """{"live":true,"ready":true}""")]
    [InlineData("""{"name":"b","version":3,"state":"LOADING","reason":"reads","current":true}""", 503, """{"live":true,"ready":false,"error":"Model 'b' version 3 is LOADING: reads"}""")]
    [InlineData("""{"name":"b","version":3,"state":"UNAVAILABLE","reason":"bad","aliases":["x"]}""", 503, """{"live":true,"ready":false,"error":"Model 'b' version 3 is UNAVAILABLE: bad"}""")]
    public async Task The_server_is_ready_when_every_model_with_an_alias_is(string models, int status, string body)
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(List(models));

        Assert.Equal((status, body), await AskAsync(gateway, "/v2/health/ready"));
        Assert.Equal("""{"task_type":"served_models"}""", Assert.Single(gateway.Script.Calls).Body);
    }

    [Fact]
    public async Task Without_a_worker_the_server_is_not_ready()
    {
        var gateway = shared.Fresh();
        gateway.Script.Throws(new MeshException(ErrorCode.Unavailable, "away") { Retryable = false });

        Assert.Equal((503, """{"live":true,"ready":false,"error":"away"}"""), await AskAsync(gateway, "/v2/health/ready"));
    }

    [Theory]
    [InlineData("/v2/models/housing/ready", One + "," + Two, 200, """{"name":"housing","ready":true}""")]
    [InlineData("/v2/models/housing/versions/2/ready", Two, 200, """{"name":"housing","ready":true}""")]
    [InlineData("/v2/models/housing/versions/1/ready", One, 503, """{"name":"housing","ready":false,"error":"UNAVAILABLE: it was unloaded"}""")]
    [InlineData("/v2/models/housing/ready", One, 503, """{"name":"housing","ready":false,"error":"UNAVAILABLE: it was unloaded"}""")]
    public async Task A_model_is_ready_when_the_version_that_would_answer_is(string path, string models, int status, string body)
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(List(models));

        Assert.Equal((status, body), await AskAsync(gateway, path));
    }

    [Theory]
    [InlineData("/v2/models/housing/ready", """{"name":"housing"}""")]
    [InlineData("/v2/models/housing/versions/3/ready", """{"name":"housing","version":3}""")]
    [InlineData("/v2/models/housing/versions/champion/ready", """{"name":"housing","alias":"champion"}""")]
    public async Task A_model_that_nobody_serves_is_not_ready_or_not_there(string path, string name)
    {
        var gateway = shared.Fresh();
        gateway.Script.Answer = (body, _, _) => body.Contains("find_model", StringComparison.Ordinal)
            ? throw MeshException.NotFound("There is no model 'housing'.")
            : Task.FromResult(List(""));

        Assert.Equal((404, """{"error":"There is no model 'housing'."}"""), await AskAsync(gateway, path));
        Assert.Equal(
            ("skipper_models", $$"""{"task_type":"find_model","data":{{name}}}"""), gateway.Script.Calls.Last());

        gateway.Script.Answer = (body, _, _) => Task.FromResult(
            body.Contains("find_model", StringComparison.Ordinal) ? Registered : List(""));
        Assert.Equal(
            (503, """{"name":"housing","ready":false,"error":"it is not loaded; it is loaded when it is asked"}"""),
            await AskAsync(gateway, path));
    }

    [Theory]
    [InlineData("/v2/models/stats", """{"task_type":"serving_statistics"}""")]
    [InlineData("/v2/models/housing/stats", """{"task_type":"serving_statistics","data":{"name":"housing"}}""")]
    [InlineData("/v2/models/housing/versions/2/stats", """{"task_type":"serving_statistics","data":{"name":"housing","version":2}}""")]
    public async Task Statistics_are_told_in_the_words_of_the_extension(string path, string call)
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(
            """
            {"worker":"w","models":[{"name":"housing","version":2,"last_inference":"2026-01-02T03:04:05Z","inference_count":64,"execution_count":3,
              "pending":0,"queued_rows":0,"success":{"count":40,"nanoseconds":9},"fail":{"count":1,"nanoseconds":2},"failures":{},
              "compute_input":{"count":41,"nanoseconds":3},"queue":{"count":40,"nanoseconds":4},"compute_infer":{"count":40,"nanoseconds":5},
              "batches":[{"rows":32,"count":3,"nanoseconds":6}],"cuts":{},"cost":{"fixed":1,"row":1,"margin":1,"most_rows":9}}]}
            """);

        const string expected =
            """
            {"model_stats":[{"name":"housing","version":"2","last_inference":1767323045000,"inference_count":64,"execution_count":3,
            "inference_stats":{"success":{"count":40,"ns":9},"fail":{"count":1,"ns":2},"queue":{"count":40,"ns":4},
            "compute_input":{"count":41,"ns":3},"compute_infer":{"count":40,"ns":5},"compute_output":NONE,"cache_hit":NONE},
            "batch_stats":[{"batch_size":32,"compute_input":NONE,"compute_infer":{"count":3,"ns":6},"compute_output":NONE}]}]}
            """;
        Assert.Equal(
            (200, expected.ReplaceLineEndings("").Replace("NONE", """{"count":0,"ns":0}""", StringComparison.Ordinal)),
            await AskAsync(gateway, path));
        Assert.Equal(call, Assert.Single(gateway.Script.Calls).Body);
    }

    [Theory]
    [InlineData("/v2/models/housing", "housing")]
    [InlineData("/v2/models/housing/versions/1", "housing@1")]
    public async Task A_model_is_described(string path, string model)
    {
        const string metadata =
            """{"name":"housing","versions":["1"],"platform":"skipper_linear","inputs":[{"name":"rm","datatype":"FP64","shape":[-1,1]}],"outputs":[]}""";
        var gateway = shared.Fresh();
        gateway.Script.Answers(metadata);

        Assert.Equal((200, metadata), await AskAsync(gateway, path));
        Assert.Equal($$$"""{"task_type":"describe_tensors","data":{"model":"{{{model}}}"}}""", Assert.Single(gateway.Script.Calls).Body);
    }

    [Theory]
    [InlineData("", "false")]
    [InlineData("{}", "false")]
    [InlineData("""{"ready":true}""", "true")]
    public async Task The_repository_lists_its_models(string body, string ready)
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(List($"{One},{Two}"));
        var answer = await gateway.PostAsync("/v2/repository/index", body);

        Assert.Equal((200, $"[{OneEntry},{TwoEntry}]"), (answer.Status, answer.Text));
        Assert.Equal($$$"""{"task_type":"served_models","data":{"ready":{{{ready}}}}}""", Assert.Single(gateway.Script.Calls).Body);
    }

    [Theory]
    [InlineData("load", Two, TwoEntry)]
    [InlineData("unload", """{"worker":"w","models":[""" + One + "]}", "[" + OneEntry + "]")]
    public async Task Models_are_loaded_and_unloaded(string verb, string reply, string body)
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers(reply);
        var answer = await gateway.PostAsync($"/v2/repository/models/housing@1/{verb}", """{"parameters":{"unload_dependents":true}}""");

        Assert.Equal((200, body), (answer.Status, answer.Text));
        Assert.Equal($$$"""{"task_type":"{{{verb}}}_model","data":{"model":"housing@1"}}""", Assert.Single(gateway.Script.Calls).Body);
    }

    [Theory]
    [InlineData("config")]
    [InlineData("file:1/model.json")]
    public async Task A_model_is_not_loaded_from_files_of_a_request(string parameter)
    {
        var gateway = shared.Fresh();
        var answer = await gateway.PostAsync("/v2/repository/models/housing/load", $$$"""{"parameters":{"{{{parameter}}}":"{}"}}""");

        Assert.Equal(400, answer.Status);
        Assert.Contains($"'{parameter}' is not supported", answer.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Empty(gateway.Script.Calls);
    }

    private static string List(string models) => $$"""{"worker":"w","models":[{{models}}]}""";

    private static async Task<(int Status, string Body)> AskAsync(GatewayHost gateway, string path)
    {
        var answer = await gateway.GetAsync(path);
        Assert.Equal("application/json", answer.Type);
        return (answer.Status, answer.Text);
    }
}
