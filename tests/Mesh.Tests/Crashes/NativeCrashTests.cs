using System.Globalization;
using System.Text.Json;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Mesh.Tests.Crashes;

/// <summary>A model whose native code ends the process for one input, asked together with harmless ones.</summary>
[Collection(nameof(CrashServers))]
public sealed class NativeCrashTests(CrashServers servers) : IAsyncLifetime
{
    private const int Requests = 40;
    private const int Guilty = 17;

    private CrashMesh _mesh = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _mesh = await servers.OpenAsync();

    public ValueTask DisposeAsync() => _mesh.DisposeAsync();

    [Fact]
    public async Task It_takes_down_one_worker_once_its_message_is_kept_and_all_others_are_answered()
    {
        // Given requests of which one is deadly
        await using var hand = await _mesh.ConnectAsync();
        await hand.DeleteAsync(Queues.Serving);
        await hand.DeleteAsync(Queues.Dead);
        await hand.DeclareAsync(Queues.Serving);
        for (var id = 0; id < Requests; id++)
        {
            await hand.AskAsync(
                Queues.Serving, $"{id}", $$$"""{"task_type":"serving","model":"fragile","data":{"x":{{{(id == Guilty ? 666 : id)}}}}}""");
        }

        // When a worker dies of it and another one takes over
        var first = _mesh.StartFragileWorker();
        await first.Process.WaitForExitAsync(Token);
        var second = _mesh.StartFragileWorker();
        await second.WaitForHttpAsync("/readyz", Token);

        // Then everybody is answered once or more, and only the guilty one with an error
        var answers = new Dictionary<string, JsonElement>();
        while (answers.Count < Requests)
        {
            var (id, body) = await hand.TakeAnswerAsync();
            answers[id] = body;
        }

        Assert.All(answers.Where(answer => answer.Key != $"{Guilty}"), answer =>
            Assert.Equal(2 * int.Parse(answer.Key, CultureInfo.InvariantCulture), answer.Value.GetProperty("y").GetDouble()));
        Assert.Contains("takes down its process", answers[$"{Guilty}"].GetProperty("error").GetString(), StringComparison.Ordinal);
        await hand.WaitForCountAsync(Queues.Dead, 1);
        Assert.Equal($"{Guilty}", await hand.TakeAsync(Queues.Dead));

        // and the worker lives.
        await hand.AskAsync(Queues.Serving, "later", """{"task_type":"serving","model":"fragile","data":{"x":4}}""");
        var later = await hand.TakeAnswerAsync();
        Assert.Equal(("later", 8), (later.Id, later.Body.GetProperty("y").GetInt32()));
        Assert.False(second.Process.HasExited);
    }
}
