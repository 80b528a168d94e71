using Skipper.Testing;

namespace Skipper.Mesh.Tests.Crashes;

/// <summary>A RabbitMQ and a PostgreSQL that only the crash tests use, because these kill and wipe them.</summary>
public sealed class CrashServers : IAsyncLifetime
{
    private PrivateServers? _servers;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>A database and a queue for one test. A fixture could not be skipped.</summary>
    internal async Task<CrashMesh> OpenAsync()
    {
        _ = TestServers.RabbitMq;
        _servers ??= await PrivateServers.StartAsync(Token);

        // What a failed test left dead.
        await _servers.RunAsync(Token, "start-broker");
        await _servers.RunAsync(Token, "start-postgres");
        return await CrashMesh.OpenAsync(_servers);
    }

    public async ValueTask DisposeAsync()
    {
        if (_servers is not null)
        {
            await _servers.DisposeAsync();
        }
    }
}

[CollectionDefinition(nameof(CrashServers))]
#pragma warning disable CA1515, CA1711 // xUnit needs a public collection.
public sealed class CrashServersDefinition : ICollectionFixture<CrashServers>;
#pragma warning restore CA1515, CA1711
