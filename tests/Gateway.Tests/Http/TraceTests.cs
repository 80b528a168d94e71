using System.Diagnostics;
using Skipper.Gateway.Tests.Fakes;

namespace Skipper.Gateway.Tests.Http;

public sealed class TraceTests
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";

    [Fact]
    public async Task A_trace_that_begins_with_a_caller_of_the_gateway_goes_on_in_the_handler()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Microsoft.AspNetCore" or "Skipper.Messaging",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        await using var gateway = await GatewayHost.StartAsync();
        var inHandler = new TaskCompletionSource<string?>();
        gateway.Script.Answer = (_, _, _) =>
        {
            inHandler.TrySetResult(Activity.Current?.TraceId.ToString());
            return Task.FromResult("{}");
        };
        gateway.Http.DefaultRequestHeaders.Add("traceparent", $"00-{TraceId}-b7ad6b7169203331-01");

        var answer = await gateway.PostAsync($"{GatewayHost.Tasks}/execute_sync", """{"task_type":"training"}""");

        Assert.Equal(202, answer.Status);
        Assert.Equal(TraceId, await inHandler.Task.WaitAsync(TestContext.Current.CancellationToken));
    }
}
