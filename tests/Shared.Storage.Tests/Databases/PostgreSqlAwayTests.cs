using System.Data.Common;
using System.Net;
using System.Net.Sockets;
using Skipper.Testing;

namespace Skipper.Shared.Storage.Tests.Databases;

/// <summary>PostgreSQL is configured, but nothing listens there; needs no server.</summary>
public sealed class PostgreSqlAwayTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_is_away_is_waited_for_without_telling_the_password()
    {
        await using var storage = TestStorage.Sqlite();
        using var host = new StorageHost(storage, ("ConnectionStrings:Skipper", Settings()));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var waiting = host.Pad.WaitUntilReadyAsync(patience.Token);
        await Eventually.TrueAsync(() => host.Log.Lines.Count > 0, "it says that it waits", Token);
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        var line = Assert.Single(host.Log.Lines);
        Assert.Contains("127.0.0.1", line, StringComparison.Ordinal);
        Assert.DoesNotContain("very-secret", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("no-such-host.invalid")]
    public async Task A_read_fails_as_transient(string server)
    {
        await using var storage = TestStorage.Sqlite();
        var settings = Settings().Replace("127.0.0.1", server, StringComparison.Ordinal);
        using var host = new StorageHost(storage, ("ConnectionStrings:Skipper", settings));

        var exception = await Assert.ThrowsAnyAsync<DbException>(() => host.Pad.ReadAsync(_ => Task.FromResult(0), Token));

        Assert.True(exception.IsTransient);
    }

    private static string Settings()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        return $"Host=127.0.0.1;Port={port};Username=skipper;Password=very-secret;Database=skipper";
    }
}
