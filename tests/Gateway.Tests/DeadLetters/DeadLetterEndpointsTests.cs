using System.Text;
using System.Text.Json;
using Skipper.Gateway.Tests.Fakes;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Transports;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.DeadLetters;

public sealed class DeadLetterEndpointsTests
{
    private const string Path = "/api/v1/skipper/dead-letters";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_failed_with_nobody_to_tell_is_listed_with_its_reason_and_stays()
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Script.Throws(MeshException.InvalidArgument("no such column: rooms"));
        var letter = await DieAsync(gateway, """{"task_type":"any","padding":"ä"}""");

        Assert.Equal("skipper_data", letter.GetProperty("queue").GetString());
        Assert.Equal("invalid_argument: no such column: rooms", letter.GetProperty("reason").GetString());
        Assert.Equal("""{"task_type":"any","padding":"ä"}""", letter.GetProperty("body").GetString());
        Assert.Equal(34, letter.GetProperty("size").GetInt32());
        Assert.InRange(letter.GetProperty("age_seconds").GetDouble(), 0, 60);
        Assert.Equal(letter.GetProperty("id").GetString(), (await ListAsync(gateway)).Single().GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_replayed_letter_is_handled_and_gone()
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Script.Throws(new InvalidOperationException("not now"));
        var letter = await DieAsync(gateway, """{"task_type":"any"}""");
        gateway.Script.Reset();

        var answer = await gateway.PostAsync($"{Path}/{letter.GetProperty("id").GetString()}/replay", "");

        Assert.Equal((200, "replayed"), (answer.Status, answer.Json.GetProperty("state").GetString()));
        await Eventually.TrueAsync(() => !gateway.Script.Calls.IsEmpty, "the worker gets it", Token);
        Assert.Equal(("skipper_data", """{"task_type":"any"}"""), gateway.Script.Calls.Single());
        Assert.Empty(await ListAsync(gateway));
    }

    [Fact]
    public async Task Of_two_people_who_replay_a_letter_at_once_one_does_and_one_is_told()
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Script.Throws(new InvalidOperationException("not now"));
        var id = (await DieAsync(gateway, """{"task_type":"any"}""")).GetProperty("id").GetString();
        gateway.Script.Reset();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => gateway.PostAsync($"{Path}/{id}/replay", "")));

        Assert.Single(answers, answer => answer.Status == 200);
        Assert.Equal(7, answers.Count(answer => answer.Status == 404));
        answers.First(answer => answer.Status == 404).IsProblem(404, "not_found");
        await Eventually.TrueAsync(() => !gateway.Script.Calls.IsEmpty, "the worker gets it", Token);
        Assert.Single(gateway.Script.Calls);
    }

    [Fact]
    public async Task A_letter_whose_queue_is_gone_stays_dead()
    {
        await using var gateway = await GatewayHost.StartAsync();
        await gateway.Transport.SendConfirmedAsync(
            Queues.Dead,
            new Message { Body = "{}"u8.ToArray(), Headers = new Dictionary<string, string> { [MessageHeaders.DeadQueue] = "no_such" } },
            Token);
        var id = (await ListAsync(gateway)).Single().GetProperty("id").GetString();

        (await gateway.PostAsync($"{Path}/{id}/replay", "")).IsProblem(503, "unavailable");
        Assert.Equal(id, (await ListAsync(gateway)).Single().GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_deleted_letter_is_gone_and_the_others_stay_in_order()
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Script.Throws(MeshException.InvalidArgument("no"));
        foreach (var i in Enumerable.Range(0, 3))
        {
            await DieAsync(gateway, $$"""{"task_type":"any","i":{{i}}}""", i + 1);
        }

        var second = (await ListAsync(gateway))[1].GetProperty("id").GetString();
        var answer = await Answer.ReadAsync(await gateway.Http.DeleteAsync(new Uri($"{Path}/{second}", UriKind.Relative), Token));

        Assert.Equal((200, "deleted"), (answer.Status, answer.Json.GetProperty("state").GetString()));
        Assert.Equal(
            ["""{"task_type":"any","i":0}""", """{"task_type":"any","i":2}"""],
            (await ListAsync(gateway)).Select(letter => letter.GetProperty("body").GetString()));
    }

    [Fact]
    public async Task At_most_a_hundred_are_listed_and_only_the_first_bytes_of_their_bodies()
    {
        await using var gateway = await GatewayHost.StartAsync();
        for (var i = 0; i < 101; i++)
        {
            await gateway.Transport.SendConfirmedAsync(
                Queues.Dead, new Message { Body = Encoding.UTF8.GetBytes($"{i,-1000}") }, Token);
        }

        var letters = await ListAsync(gateway);
        Assert.Equal(100, letters.Count);
        Assert.Equal((1000, 256), (letters[0].GetProperty("size").GetInt32(), letters[0].GetProperty("body").GetString()!.Length));
    }

    /// <summary>Sends a message that nobody waits for and returns the newest letter once there are that many.</summary>
    private static async Task<JsonElement> DieAsync(GatewayHost gateway, string body, int count = 1)
    {
        await gateway.Transport.SendConfirmedAsync(Queues.Data, new Message { Body = Encoding.UTF8.GetBytes(body) }, Token);
        List<JsonElement> letters = [];
        await Eventually.TrueAsync(
            async () => (letters = await ListAsync(gateway)).Count == count, $"{count} dead letters", Token);
        return letters[^1];
    }

    private static async Task<List<JsonElement>> ListAsync(GatewayHost gateway)
    {
        var answer = await gateway.GetAsync(Path);
        Assert.Equal(200, answer.Status);
        return [.. answer.Json.GetProperty("dead_letters").EnumerateArray()];
    }
}
