using Npgsql;
using Skipper.Testing;

namespace Skipper.Mesh.Tests.Soak.Suite;

/// <summary>
/// Submits runs while everything but the database is killed and started again, and counts what became of every single one.
/// </summary>
internal sealed class SoakSuite(SoakOptions options, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private int _finished;

    public async Task<SoakResult> RunAsync(CancellationToken cancellationToken)
    {
        await using var mesh = await SoakMesh.StartAsync(cancellationToken);
        await using var database = NpgsqlDataSource.Create(mesh.Database);
        using var clients = new SoakClients(mesh, options, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var killer = new SoakKiller(mesh, options, time);
        var started = time.GetTimestamp();
        var watching = WatchAsync(database, stop.Token);
        await EachOrNoneAsync(
            stop, clients.RunAsync(() => _finished, stop.Token), killer.RunAsync(() => _finished, stop.Token), watching);

        var elapsed = time.GetElapsedTime(started);
        if (mesh.Ended() is { } ended)
        {
            throw new InvalidOperationException(ended);
        }

        return await SoakAudit.ReadAsync(database, clients, mesh, cancellationToken) with { Kills = killer.Kills, Elapsed = elapsed };
    }

    /// <summary>Where one fails the others would wait in vain.</summary>
    private static async Task EachOrNoneAsync(CancellationTokenSource stop, params Task[] tasks)
    {
        await foreach (var task in Task.WhenEach(tasks))
        {
            if (!task.IsCompletedSuccessfully)
            {
                await stop.CancelAsync();
                await Task.WhenAll(tasks).ContinueWith(_ => { }, TaskScheduler.Default);
                await task;
            }
        }
    }

    /// <summary>Returns when as many runs as were asked for have ended, or when none has for longer than anything should take.</summary>
    private async Task WatchAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var count = database.CreateCommand("SELECT count(*)::integer FROM gateway.runs WHERE finished_at IS NOT NULL");
        while (_finished < options.Runs)
        {
            var before = _finished;
            await Eventually.TrueAsync(
                async () => (_finished = (int)(await count.ExecuteScalarAsync(cancellationToken))!) > before,
                $"more than {before} of {options.Runs} runs end",
                cancellationToken);
            await Task.Delay(Look, time, cancellationToken);
        }
    }
}
