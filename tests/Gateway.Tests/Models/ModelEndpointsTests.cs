using Skipper.Gateway.Tests.Fakes;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Tests.Models;

public sealed class ModelEndpointsTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    private const string Path = "/api/v1/skipper/predict";

    [Theory]
    [InlineData("housing")]
    [InlineData("housing@2")]
    public async Task Rows_and_predictions_pass_as_they_are(string model)
    {
        const string reply = """{"model":"housing","version":2,"predictions":[{"price": 28.90}]}""";
        var gateway = shared.Fresh();
        gateway.Script.Answers(reply);
        var answer = await gateway.PostAsync($"{Path}/{model}", """{"note":[1], "rows": [ {"rm": 6.50} ], "x":{}}""");

        Assert.Equal((200, reply, "application/json"), (answer.Status, answer.Text, answer.Type));
        Assert.Equal(
            ("skipper_serving", $$$"""{"task_type":"predict","data":{"model":"{{{model}}}","rows":[ {"rm": 6.50} ]}}"""),
            Assert.Single(gateway.Script.Calls));
    }

    [Fact]
    public async Task What_the_worker_is_told_beside_the_rows_is_passed_on_as_it_is()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers("{}");

        await gateway.PostAsync($"{Path}/housing", """{"sticky_key": "user-7", "rows": [[1]], "on_error": "item"}""");

        Assert.Equal(
            """{"task_type":"predict","data":{"model":"housing","sticky_key":"user-7","on_error":"item","rows":[[1]]}}""",
            Assert.Single(gateway.Script.Calls).Item2);
    }

    [Theory]
    [InlineData("{}", "found no 'rows'")]
    [InlineData("""{"rows":{}}""", "not an array")]
    [InlineData("[]", "found an array")]
    [InlineData("""{"rows":[1}""", "line 1, byte 11")]
    public async Task A_body_without_rows_is_answered_with_the_reason(string body, string reason)
    {
        var gateway = shared.Fresh();
        var answer = await gateway.PostAsync($"{Path}/housing", body);

        answer.IsProblem(400, "invalid_argument");
        Assert.Contains(reason, answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Details_of_an_error_are_passed_on()
    {
        var gateway = shared.Fresh();
        gateway.Script.Throws(new MeshException(ErrorCode.InvalidArgument, "Row 0: 'rm' is missing.")
        {
            Details = System.Text.Json.JsonDocument.Parse("""{"column":"rm"}""").RootElement,
        });
        var answer = await gateway.PostAsync($"{Path}/housing", """{"rows":[{}]}""");

        answer.IsProblem(422, "invalid_argument");
        Assert.Equal("rm", answer.Json.GetProperty("details").GetProperty("column").GetString());
    }

    [Fact]
    public async Task Models_are_listed()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers("""{"models":[],"engines":["linear"]}""");

        Assert.Equal("linear", (await gateway.GetAsync("/api/v1/skipper/models")).Json.GetProperty("engines")[0].GetString());
    }

    [Fact]
    public async Task An_unknown_model_is_not_found()
    {
        var gateway = shared.Fresh();
        gateway.Script.Throws(MeshException.NotFound("There is no model 'houses'."));

        (await gateway.GetAsync("/api/v1/skipper/models/houses")).IsProblem(404, "not_found");
    }
}
