using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Skipper.Gateway.Notifications;

/// <summary>
/// Connects to receivers. Their addresses are checked here, after the name was resolved: a name that is checked earlier may mean
/// another address by now.
/// </summary>
internal sealed class WebhookConnector(IOptions<WebhookOptions> options)
{
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        var allowed = options.Value.AllowPrivateNetworks ? addresses : Array.FindAll(addresses, PublicNetwork.Contains);
        if (allowed.Length == 0)
        {
            throw new TargetRefusedException(
                $"{context.DnsEndPoint.Host} is not on a public network; {WebhookOptions.Section}:AllowPrivateNetworks permits others.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>The gateway does not call this target, now or later.</summary>
internal sealed class TargetRefusedException(string message) : IOException(message);
