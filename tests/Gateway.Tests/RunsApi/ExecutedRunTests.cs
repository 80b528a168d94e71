using Skipper.Gateway.Tests.Fakes;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.RunsApi;

/// <summary>The operations on runs that really execute.</summary>
public sealed class ExecutedRunTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_task_is_a_run_that_can_be_followed_from_its_acceptance_to_its_result()
    {
        var gateway = shared.Fresh();
        gateway.Script.Answers("""{"price":  28.90}""");
        var path = $"{RunsApiHost.Runs}/{await gateway.AcceptAsync("""{"task_type":"training","payload":"0.2"}""")}";

        // Ends with the run.
        var events = (await gateway.GetAsync($"{path}/events")).Text.Split('\n')
            .Where(line => line.StartsWith("event: ", StringComparison.Ordinal));
        Assert.Equal(
            ["event: run.accepted", "event: step.started", "event: step.succeeded", "event: run.succeeded"],
            events.Where(line => line != "event: progress"));
        var run = (await gateway.GetAsync($"{path}?wait=60")).Json;
        Assert.Equal(("succeeded", 4), (run.GetProperty("state").GetString(), run.GetProperty("rev").GetInt64()));
        Assert.Equal("""{"price":  28.90}""", (await gateway.GetAsync($"{path}/result")).Text);
        var step = (await gateway.GetAsync($"{path}/steps/task")).Json;
        Assert.Equal("""{"task_type":"training","payload":"0.2"}""", step.GetProperty("request").GetRawText());
        Assert.Equal("""{"price":  28.90}""", step.GetProperty("output").GetRawText());
        var why = (await gateway.GetAsync($"{path}/why")).Json;
        Assert.StartsWith("The run succeeded ", why.GetProperty("sentence").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_without_a_worker_says_so_and_a_running_one_who_has_it()
    {
        await using var gateway = await GatewayHost.StartAsync();
        var waiting = await gateway.AcceptAsync("""{"task_type":"mobilenet"}""");
        await SaysAsync(gateway, waiting, "no_worker");
        var finish = new TaskCompletionSource();
        gateway.Script.Answer = async (_, context, _) =>
        {
            context.Report(40, "round 40 of 100");
            await finish.Task;
            return "{}";
        };
        var running = await gateway.AcceptAsync("""{"task_type":"training"}""");
        await SaysAsync(gateway, running, "running");
        await Eventually.TrueAsync(
            async () => (await gateway.GetAsync($"{RunsApiHost.Runs}/{running}/why")).Text
                .Contains("40 percent (round 40 of 100)", StringComparison.Ordinal),
            "the progress is told",
            Token);
        finish.SetResult();
        await gateway.EndAsync(running);
    }

    private static Task SaysAsync(GatewayHost gateway, string run, string code) => Eventually.TrueAsync(
        async () => (await gateway.GetAsync($"{RunsApiHost.Runs}/{run}/why")).Json
            .GetProperty("reasons")[0].GetProperty("code").GetString() == code,
        $"the reason is {code}",
        Token);
}
