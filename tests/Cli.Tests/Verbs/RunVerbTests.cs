using System.Text.Json;
using Skipper.Testing;

namespace Skipper.Cli.Tests.Verbs;

/// <summary>Runs from the command line: started, followed, listed, ended, repeated.</summary>
public sealed class RunVerbTests(SkipperMesh mesh) : IClassFixture<SkipperMesh>
{
    // Nobody serves its queue in a Standalone, so that it waits until somebody ends it.
    private static readonly string[] Stuck = ["submit", "mobilenet", "--payload", "x", "--description", "nobody does it"];

    private const string Failing = """
        name: failing
        steps:
          find: { task: find_dataset, with: { name: "no_such_dataset" }, retry: { max_attempts: 1 } }
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_that_succeeds_is_watched_to_its_end()
    {
        var watched = (await mesh.TrainAsync("--set", "model=watched")).Done();
        Assert.Contains("run.succeeded", watched.Out, StringComparison.Ordinal);
        Assert.Contains("succeeded after", watched.Out, StringComparison.Ordinal);
        Assert.Contains("watched version 1", watched.Out, StringComparison.Ordinal);

        var run = (await mesh.RunAsync("runs", "--workflow", "training", "--limit", "1", "--json")).Done().Json.GetProperty("runs")[0];
        var again = (await mesh.RunAsync("watch", run.GetProperty("id").GetString()!, "--json")).Done().Json;
        Assert.Equal("succeeded", again.GetProperty("run").GetProperty("state").GetString());
        Assert.Equal("watched", again.GetProperty("result").GetProperty("model").GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_run_that_fails_says_why_and_is_repeated()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Failing, Token);
        (await mesh.RunAsync("workflows", "save", "failing", file)).Done();
        File.Delete(file);

        var failed = (await mesh.RunAsync("submit", "--workflow", "failing", "--watch")).Failed(ExitCode.Failed);
        Assert.Contains("failed after", failed.Out, StringComparison.Ordinal);
        Assert.Contains("no_such_dataset", failed.Out, StringComparison.Ordinal);

        var id = (await mesh.RunAsync("runs", "--workflow", "failing", "--state", "failed", "--json")).Done().Json
            .GetProperty("runs")[0].GetProperty("id").GetString()!;
        var page = (await mesh.RunAsync("run", id)).Done().Out;
        Assert.Contains("find", page, StringComparison.Ordinal);
        Assert.Contains("no_such_dataset", page, StringComparison.Ordinal);

        var repeated = (await mesh.RunAsync("rerun", id)).Done().Out.Trim();
        (await mesh.RunAsync("watch", repeated, "--json")).Failed(ExitCode.Failed);
        var listed = (await mesh.RunAsync("runs", "--rerun-of", id, "--json")).Done().Json.GetProperty("runs");
        Assert.Equal(repeated, Assert.Single(listed.EnumerateArray()).GetProperty("id").GetString());
        (await mesh.RunAsync("rerun", id, "--from", "nowhere")).Failed(ExitCode.Failed, "nowhere");
    }

    [Fact]
    public async Task A_run_that_waits_says_for_what_and_is_cancelled()
    {
        var id = (await mesh.RunAsync(Stuck)).Done().Out.Trim();
        var listed = (await mesh.RunAsync("runs", "--workflow", "mobilenet", "--since", "1h")).Done();
        Assert.Contains(listed.Rows, row => row[0] == id && row[^1] == "nobody does it");
        await Eventually.TrueAsync(
            async () => (await mesh.RunAsync("run", id)).Out.Contains("no worker", StringComparison.OrdinalIgnoreCase),
            "the page says that nobody consumes the queue",
            Token);

        var watching = mesh.RunAsync("watch", id);
        Assert.Equal("cancelled", (await mesh.RunAsync("cancel", id, "--reason", "test")).Done().Rows.Single()[1]);
        var ended = (await watching).Failed(ExitCode.Failed);
        Assert.Contains("cancelled", ended.Out, StringComparison.Ordinal);
        var shown = (await mesh.RunAsync("run", id, "--json")).Done().Json;
        Assert.Equal("test", shown.GetProperty("run").GetProperty("cancel_reason").GetString());
        Assert.Equal("cancelled", Assert.Single(shown.GetProperty("steps").EnumerateArray()).GetProperty("state").GetString());
    }

    [Fact]
    public async Task The_same_key_is_the_same_run()
    {
        var key = Guid.NewGuid().ToString();
        var first = (await mesh.RunAsync([.. Stuck, "--key", key])).Done();
        Assert.Equal(first.Out, (await mesh.RunAsync([.. Stuck, "--key", key])).Done().Out);
        Assert.NotEqual(first.Out, (await mesh.RunAsync(Stuck)).Done().Out);
    }

    [Fact]
    public async Task A_list_goes_on_over_its_pages()
    {
        for (var i = 0; i < 3; i++)
        {
            (await mesh.RunAsync(Stuck)).Done();
        }

        var two = (await mesh.RunAsync("runs", "--limit", "2", "--json")).Done().Json.GetProperty("runs");
        Assert.Equal(2, two.GetArrayLength());
        var all = (await mesh.RunAsync("runs", "--limit", "10000", "--json")).Done().Json.GetProperty("runs");
        Assert.True(all.GetArrayLength() >= 3);
    }

    [Fact]
    public async Task What_there_is_not_is_refused_in_the_words_of_the_server()
    {
        var id = Guid.NewGuid().ToString();
        (await mesh.RunAsync("run", id)).Failed(ExitCode.Failed, $"There is no run '{id}'");
        (await mesh.RunAsync("watch", id)).Failed(ExitCode.Failed, $"There is no run '{id}'");
        (await mesh.RunAsync("submit", "trainig")).Failed(ExitCode.Failed, "Unknown task_type 'trainig'");
        var json = JsonElement.Parse((await mesh.RunAsync("run", id, "--json")).Failed(ExitCode.Failed).Error);
        Assert.Equal("not_found", json.GetProperty("code").GetString());
    }
}
