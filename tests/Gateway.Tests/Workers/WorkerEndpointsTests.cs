using System.Text.Json;
using Skipper.Gateway.Tests.Fakes;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Transports;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.Workers;

/// <summary>Who listens, what waits, and who worked.</summary>
public sealed class WorkerEndpointsTests
{
    private const string Api = "/api/v1/skipper";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_queue_tells_its_consumers_and_what_waits_there()
    {
        await using var gateway = await GatewayHost.StartAsync(TestStorage.Sqlite(), true, [Queues.Data]);
        await gateway.Transport.SendConfirmedAsync(Queues.Dead, new Message { Body = "x"u8.ToArray() }, Token);

        var queues = await QueuesAsync(gateway);

        Assert.Equal((true, 1, 0), Seen(queues[Queues.Data]));
        Assert.Equal((true, 0, 1), Seen(queues[Queues.Dead]));
        Assert.Equal(0, queues[Queues.MobileNet].GetProperty("consumers").GetInt32());
        Assert.True(queues[Queues.Control].GetProperty("consumers").GetInt32() > 0);
    }

    [Fact]
    public async Task Steps_that_nobody_takes_are_counted_as_queued_and_those_in_hand_as_running()
    {
        await using var gateway = await GatewayHost.StartAsync(TestStorage.Sqlite(), true, [Queues.Data]);
        var release = new TaskCompletionSource();
        gateway.Script.Answer = async (_, _, token) =>
        {
            await release.Task.WaitAsync(token);
            return "{}";
        };
        await gateway.AcceptAsync("""{"task_type":"training","payload":"0.2"}""");
        var taken = await gateway.AcceptAsync("""{"task_type":"import_dataset","payload":"x"}""");

        await Eventually.TrueAsync(
            async () =>
            {
                var queues = await QueuesAsync(gateway);
                return Steps(queues[Queues.Training]) == (1, 0) && Steps(queues[Queues.Data]) == (0, 1);
            },
            "one step waits and one is in hand",
            Token);
        var running = Assert.Single(await WorkersAsync(gateway));
        Assert.Equal((Queues.Data, 1, 0), Did(running));

        release.SetResult();
        await gateway.EndAsync(taken);
        Assert.Equal((Queues.Data, 0, 1), Did(Assert.Single(await WorkersAsync(gateway))));
    }

    [Fact]
    public async Task Hours_that_make_no_sense_are_refused()
    {
        await using var gateway = await GatewayHost.StartAsync();
        (await gateway.GetAsync($"{Api}/workers?hours=0")).IsProblem(400, "invalid_argument");
    }

    private static (bool Exists, int Consumers, int Waiting) Seen(JsonElement queue) => (
        queue.GetProperty("exists").GetBoolean(), queue.GetProperty("consumers").GetInt32(), queue.GetProperty("waiting").GetInt32());

    private static (int Queued, int Running) Steps(JsonElement queue) =>
        (queue.GetProperty("queued_steps").GetInt32(), queue.GetProperty("running_steps").GetInt32());

    private static (string? Queue, int Running, int Succeeded) Did(JsonElement worker) => (
        worker.GetProperty("queue").GetString(), worker.GetProperty("running").GetInt32(), worker.GetProperty("succeeded").GetInt32());

    private static async Task<Dictionary<string, JsonElement>> QueuesAsync(GatewayHost gateway) =>
        (await gateway.GetAsync($"{Api}/queues")).Json.GetProperty("queues").EnumerateArray()
            .ToDictionary(queue => queue.GetProperty("queue").GetString()!);

    private static async Task<List<JsonElement>> WorkersAsync(GatewayHost gateway) =>
        [.. (await gateway.GetAsync($"{Api}/workers")).Json.GetProperty("workers").EnumerateArray()];
}
