using Skipper.Testing;

namespace Skipper.Mesh.Tests.Crashes;

/// <summary>Two gateways at one database and one broker.</summary>
[Collection(nameof(CrashServers))]
public sealed class TwoGatewaysTests(CrashServers servers) : IAsyncLifetime
{
    private const double LeaseSeconds = 4;

    private CrashMesh _mesh = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _mesh = await servers.OpenAsync();

    public ValueTask DisposeAsync() => _mesh.DisposeAsync();

    [Fact]
    public async Task While_gateways_are_restarted_one_after_the_other_nothing_that_runs_begins_anew()
    {
        var gateways = await StartGatewaysAsync();
        var worker = await _mesh.StartWorkerAsync(concurrency: 3);
        var runs = new List<Guid>();
        for (var i = 0; i < 3; i++)
        {
            runs.Add(await CrashMesh.SubmitAsync(gateways[i % 2].Address));
        }

        await worker.WaitUntilBegunAsync(3);
        foreach (var gateway in gateways)
        {
            Assert.Equal(0, await gateway.Process.TerminateAsync(Token));
            await StartGatewayAsync(gateway.Address);
        }

        // Longer than a lease: whoever was taken for dead would have been replaced by then.
        var until = await _mesh.ScalarAsync<DateTime>("SELECT max(lease_until) + interval '4 s' FROM gateway.steps");
        await Eventually.TrueAsync(
            async () => await _mesh.ScalarAsync<DateTime>("SELECT COALESCE(min(lease_until), '-infinity') FROM gateway.steps") > until,
            "the workers are heard",
            Token);
        worker.Release();
        foreach (var run in runs)
        {
            await _mesh.AssertSucceededOnceAsync(run, attempt: 1);
        }

        Assert.Equal(3, worker.Begun);
    }

    [Fact]
    public async Task Two_gateways_of_which_one_dies_have_every_step_executed_once()
    {
        var gateways = await StartGatewaysAsync();
        var workers = new[] { await _mesh.StartWorkerAsync(concurrency: 4), await _mesh.StartWorkerAsync(concurrency: 4) };
        var runs = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => CrashMesh.SubmitAsync(gateways[i % 2].Address)));
        await workers[0].WaitUntilBegunAsync(4);
        await workers[1].WaitUntilBegunAsync(4);
        workers[0].Release();
        workers[1].Release();
        await Eventually.TrueAsync(() => workers.Sum(worker => worker.Begun) >= 20, "some are done", Token);

        await gateways[0].Process.KillAsync();

        foreach (var run in runs)
        {
            await _mesh.AssertSucceededOnceAsync(run, attempt: 1);
        }

        Assert.Equal(60, workers.Sum(worker => worker.Begun));
    }

    [Fact]
    public async Task Two_reapers_replace_a_dead_worker_once()
    {
        var gateways = await StartGatewaysAsync();
        var dead = await _mesh.StartWorkerAsync(concurrency: 8);
        var runs = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => CrashMesh.SubmitAsync(gateways[i % 2].Address)));
        await dead.WaitUntilBegunAsync(8);

        await dead.Process.KillAsync();
        var worker = await _mesh.StartWorkerAsync(concurrency: 8);
        worker.Release();

        foreach (var run in runs)
        {
            await _mesh.AssertSucceededOnceAsync(run, attempt: 2);
        }

        Assert.Equal(8, worker.Begun);
    }

    private async Task<ServiceProcess[]> StartGatewaysAsync() => [await StartGatewayAsync(null), await StartGatewayAsync(null)];

    private Task<ServiceProcess> StartGatewayAsync(Uri? address) =>
        _mesh.StartGatewayAsync(address, settings: ("LeaseSeconds", LeaseSeconds));
}
