using System.Text.Json;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Transports;
using Skipper.Testing;

namespace Skipper.Cli.Tests.Verbs;

/// <summary>Queues, workers, dead letters and keys from the command line.</summary>
public sealed class OperationVerbTests(SkipperMesh mesh) : IClassFixture<SkipperMesh>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Queues_show_who_listens_and_workers_who_worked()
    {
        (await mesh.TrainAsync()).Done();
        var table = (await mesh.RunAsync("queues")).Done();
        Assert.All(table.Out.Split('\n'), line => Assert.Equal(line.TrimEnd(), line));
        var queues = table.Rows;
        Assert.Contains(queues, row => row is ["skipper_training", "1", "0", "0", "0"]);
        Assert.Contains(queues, row => row[0] == Queues.MobileNet && row[1] is "0" or "no queue");
        var worker = (await mesh.RunAsync("workers", "--json")).Done().Json.GetProperty("workers").EnumerateArray()
            .Single(worker => worker.GetProperty("queue").GetString() == Queues.Training);
        Assert.Contains((await mesh.RunAsync("workers")).Done().Rows, row => row[0] == worker.GetProperty("worker").GetString());
    }

    [Fact]
    public async Task Dead_letters_are_listed_replayed_and_deleted()
    {
        await mesh.Service<ITransport>().SendConfirmedAsync(
            Queues.Data, new Message { Body = """{"task_type":"no_such_type"}"""u8.ToArray() }, Token);
        await Eventually.TrueAsync(async () => await CountAsync() == 1, "the letter is dead", Token);
        var row = Assert.Single((await mesh.RunAsync("dead-letters")).Done().Rows);
        Assert.Contains("no_such_type", row[^1], StringComparison.Ordinal);

        Assert.Equal("replayed", (await mesh.RunAsync("dead-letters", "replay", row[0])).Done().Rows.Single()[^1]);
        (await mesh.RunAsync("dead-letters", "replay", row[0])).Failed(ExitCode.Failed, row[0]);

        // Nobody knows the type now either, so it dies again, under a new id.
        await Eventually.TrueAsync(async () => await CountAsync() == 1, "the letter is dead again", Token);
        var again = (await LettersAsync())[0].GetProperty("id").GetString()!;
        Assert.Equal("deleted", (await mesh.RunAsync("dead-letters", "delete", again)).Done().Rows.Single()[^1]);
        Assert.StartsWith("No dead letters", (await mesh.RunAsync("dead-letters")).Done().Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_are_made_replaced_and_revoked()
    {
        var made = (await mesh.RunAsync("keys", "create", "ci", "--scope", "read")).Done().Out.Trim();
        Assert.StartsWith("skipper_", made, StringComparison.Ordinal);
        var id = (await mesh.RunAsync("keys", "--json")).Done().Json.GetProperty("keys").EnumerateArray()
            .Single(key => key.GetProperty("name").GetString() == "ci").GetProperty("id").GetString()!;
        Assert.Contains((await mesh.RunAsync("keys")).Done().Rows, row => row[0] == id && row[3] == "good");

        Assert.NotEqual(made, (await mesh.RunAsync("keys", "rotate", id, "--overlap", "60")).Done().Out.Trim());
        Assert.Equal("revoked", (await mesh.RunAsync("keys", "revoke", id, "--json")).Done().Json.GetProperty("state").GetString());
        (await mesh.RunAsync("keys", "revoke", id)).Failed(ExitCode.Failed, id);
    }

    private async Task<int> CountAsync() => (await LettersAsync()).Count;

    private async Task<List<JsonElement>> LettersAsync() =>
        [.. (await mesh.RunAsync("dead-letters", "--json")).Done().Json.GetProperty("dead_letters").EnumerateArray()];
}
