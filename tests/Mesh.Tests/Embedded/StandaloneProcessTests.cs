using Skipper.Testing;

namespace Skipper.Mesh.Tests.Embedded;

/// <summary>Standalone as a user starts it: a real process, killed and started again.</summary>
public sealed class StandaloneProcessTests : IAsyncDisposable
{
    private readonly TestStorage _storage = TestStorage.Sqlite();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Dictionary<string, string?> Environment => new() { ["Skipper__DataDirectory"] = _storage.Folder };

    [Fact]
    public async Task A_training_whose_process_was_killed_finishes_by_itself_and_once()
    {
        NativeLibraries.RequireXGBoost();
        string taskId;
        await using (var first = await StartAsync())
        {
            using var before = new MeshClient(first.Address);
            await MainJob.TrainAndPredictAsync(before);
            taskId = await before.ExecuteAsyncAsync(MainJob.LongTraining("survivor"));
            await before.WaitForProgressAsync(taskId, 6);
            await first.Process.KillAsync();
        }

        await using var second = await StartAsync();
        using var client = new MeshClient(second.Address);
        var done = await client.FollowAsync(taskId);
        Assert.Equal("Success", MeshClient.Text(done, "task_status"));
        Assert.Equal(1, done.GetProperty("result").GetProperty("model").GetProperty("version").GetInt32());
        var (_, newest) = await client.GetAsync("/api/v1/skipper/models/survivor");
        Assert.Equal(1, newest.GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task A_second_process_on_the_same_data_directory_refuses_to_start()
    {
        await using var first = await StartAsync();
        await using var second = ServiceProcess.Start("Standalone", Environment);
        Assert.Equal(1, await second.Process.WaitForExitAsync(Token));
        Assert.Contains("Another Skipper runs", second.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_command_is_explained()
    {
        await using var process = ServiceProcess.Start("Standalone", Environment, "dmeo");
        Assert.Equal(2, await process.Process.WaitForExitAsync(Token));
        Assert.Contains("dmeo", process.Process.Output, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    private async Task<ServiceProcess> StartAsync()
    {
        var process = ServiceProcess.Start("Standalone", Environment);
        await process.WaitForHttpAsync("/readyz", Token);
        return process;
    }
}
