using System.Net;
using System.Text.Json;

namespace Skipper.Mesh.Tests;

/// <summary>Scoring a dataset by the sample workflow, as requests: the same for the embedded and the distributed mesh.</summary>
internal static class ScoringJob
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Puts the sample, with a name of its own for what it makes.</summary>
    public static async Task PutAsync(MeshClient client) =>
        Assert.True((int)await client.PutYamlAsync("/api/v1/skipper/workflows/score", await File.ReadAllTextAsync(Sample(), Token)) is 200 or 201);

    /// <summary>Starts a run and returns its id.</summary>
    public static async Task<string> StartAsync(MeshClient client, string input)
    {
        var (status, accepted) = await client.PostAsync("/api/v1/skipper/workflows/score/runs", $$"""{"input":{{input}}}""");
        Assert.Equal(HttpStatusCode.Accepted, status);
        return MeshClient.Text(accepted, "id")!;
    }

    /// <summary>The output of a run once it has succeeded.</summary>
    public static async Task<JsonElement> EndAsync(MeshClient client, string id)
    {
        var done = await client.FollowAsync(id);
        Assert.True(MeshClient.Text(done, "task_status") == "Success", done.GetRawText());
        return done.GetProperty("result");
    }

    private static string Sample()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "samples", "workflows", "score.yaml")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder!.FullName, "samples", "workflows", "score.yaml");
    }
}
