using Skipper.Gateway.Tests.Fakes;

namespace Skipper.Gateway.Tests.Tasks;

public sealed class ServiceEndpointsTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    [Theory]
    [InlineData("training_async", "skipper_training")]
    [InlineData("serving_sync", "skipper_serving")]
    [InlineData("mobilenet_sync", "skipper_mobilenet")]
    [InlineData("split_dataset_sync", "skipper_data")]
    [InlineData("training", "-")]
    [InlineData("surfing_sync", "-")]
    public async Task A_service_learns_its_queue(string service, string queue)
    {
        var gateway = shared.Fresh();
        var answer = await gateway.GetAsync($"/api/v1/skipper/workflow/{service}");

        Assert.Equal((200, $$"""{"service_id":"{{service}}","queue_name":"{{queue}}"}"""), (answer.Status, answer.Text));
    }

    [Theory]
    [InlineData("producer", """{"correlation_id":"1","queue_name":"q","service_name":"s","task_type":"start","description":"-"}""")]
    [InlineData("receiver", """{"correlation_id":null,"queue_name":"q","service_name":"s","task_type":"end"}""")]
    [InlineData("workflow", """{"service_id":"s","queue_name":"q"}""")]
    public async Task A_service_may_log(string kind, string entry)
    {
        var gateway = shared.Fresh();
        var answer = await gateway.PostAsync($"/api/v1/skipper/logger/log_{kind}", entry);

        Assert.Equal((202, """{"status":"logged"}"""), (answer.Status, answer.Text));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    public async Task A_log_entry_must_be_an_object(string entry)
    {
        var gateway = shared.Fresh();

        (await gateway.PostAsync("/api/v1/skipper/logger/log_producer", entry)).IsProblem(400, "invalid_argument");
    }
}
