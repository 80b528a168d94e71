using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Skipper.Testing;

/// <summary>
/// A TCP proxy on loopback whose connections a test can cut, and whose door it can close, without touching the server.
/// </summary>
public sealed class FaultyProxy : IAsyncDisposable
{
    private readonly ConcurrentDictionary<TcpClient, TaskCompletionSource> _open = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly string _host;
    private readonly int _port;
    private TcpListener _listener;
    private Task _accepting;
    private volatile bool _serverIsMute;
    private volatile bool _clientsAreMute;

    /// <summary>Forwards to a server from a free port.</summary>
    public FaultyProxy(string host, int port)
    {
        (_host, _port) = (host, port);
        _listener = Listen(0);
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync(_listener);
    }

    /// <summary>The port to connect to instead of the server's.</summary>
    public int Port { get; }

    /// <summary>Cuts every open connection; new ones are accepted.</summary>
    public void Cut()
    {
        foreach (var client in _open.Keys)
        {
            if (_open.TryRemove(client, out _))
            {
                client.Dispose();
            }
        }
    }

    /// <summary>
    /// Forwards nothing more on the open connections, and closes none: half-open TCP, as a pulled cable leaves it. New ones work.
    /// </summary>
    public void Freeze()
    {
        foreach (var client in _open.Keys)
        {
            _open[client].TrySetResult();
        }
    }

    /// <summary>From now on swallows what the server says, on open and on new connections; it still hears its clients.</summary>
    public void MuteServer() => _serverIsMute = true;

    /// <summary>From now on swallows what clients say, on open and on new connections; they still hear the server.</summary>
    public void MuteClients() => _clientsAreMute = true;

    /// <summary>Refuses connections, as a server does that is away.</summary>
    public async Task CloseAsync()
    {
        _listener.Stop();
        await _accepting;
        Cut();
    }

    /// <summary>Accepts connections again.</summary>
    public void Reopen()
    {
        _listener = Listen(Port);
        _accepting = AcceptAsync(_listener);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await CloseAsync();
        _stopping.Dispose();
    }

    private static TcpListener Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return listener;
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(_stopping.Token);
                _ = ForwardAsync(client);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The door was closed.
        }
    }

    private async Task ForwardAsync(TcpClient client)
    {
        using var server = new TcpClient();
        try
        {
            await server.ConnectAsync(_host, _port);
            (client.NoDelay, server.NoDelay) = (true, true);
            var frozen = _open[client] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await Task.WhenAny(
                CopyAsync(client.GetStream(), server.GetStream(), () => _clientsAreMute, frozen.Task),
                CopyAsync(server.GetStream(), client.GetStream(), () => _serverIsMute, frozen.Task));
        }
        catch (Exception exception) when (exception is SocketException or IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // One side is gone; so is the other.
        }
        finally
        {
            _open.TryRemove(client, out _);
            client.Dispose();
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, Func<bool> isMute, Task frozen)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReadAsync(buffer, _stopping.Token) is var read and > 0)
        {
            if (frozen.IsCompleted)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stopping.Token);
            }

            if (!isMute())
            {
                await to.WriteAsync(buffer.AsMemory(0, read), _stopping.Token);
            }
        }
    }
}
