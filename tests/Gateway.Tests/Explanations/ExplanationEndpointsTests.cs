using Skipper.Gateway.Runs;
using Skipper.Gateway.Tests.RunsApi;

namespace Skipper.Gateway.Tests.Explanations;

public sealed class ExplanationEndpointsTests
{
    [Fact]
    public async Task A_run_that_waits_for_a_worker_says_so_to_people_and_programs()
    {
        await using var host = await RunsApiHost.StartAsync();
        host.Transport.Missing["skipper_training"] = true;
        var id = await host.Table.RunAsync(RunState.Accepted);
        await host.Table.StepAsync(id, "task", StepState.Queued);
        var answer = await host.GetAsync($"/{id}/why");

        Assert.Equal("accepted", answer.Json.GetProperty("state").GetString());
        Assert.Equal("The run waits, because no worker consumes queue skipper_training.", answer.Json.GetProperty("sentence").GetString());
        Assert.Equal(
            """[{"step":"task","code":"no_worker","text":"waits, because no worker consumes queue skipper_training"}]""",
            answer.Json.GetProperty("reasons").GetRawText());
        (await host.GetAsync($"/{Guid.NewGuid()}/why")).IsProblem(404, "not_found");
    }
}
