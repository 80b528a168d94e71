using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Sources.Http;

/// <summary>
/// Opens the connections of sources. Checked is the address that is connected to, not the name: neither a redirect nor a name that
/// resolves differently the second time leads into the own network.
/// </summary>
internal sealed class OutboundGuard(IOptions<SourceOptions> options)
{
    private static readonly IPNetwork[] Closed =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
            "::/127", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    /// <summary>Whether an address is one of the own network, this machine, or nobody's.</summary>
    public static bool IsPrivate(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return IsPrivate(address.MapToIPv4());
        }

        // Addresses that carry an IPv4 address are as closed as that: NAT64 and 6to4.
        if (address.AddressFamily is AddressFamily.InterNetworkV6)
        {
            var bytes = address.GetAddressBytes();
            if (bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]))
            {
                return IsPrivate(new IPAddress(bytes.AsSpan(12, 4)));
            }

            if (bytes is [0x20, 0x02, ..])
            {
                return IsPrivate(new IPAddress(bytes.AsSpan(2, 4)));
            }

            if (bytes.AsSpan(0, 12).IndexOfAnyExcept((byte)0) < 0)
            {
                return true;
            }
        }

        return Closed.Any(network => network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address));
    }

    /// <exception cref="MeshException"><see cref="ErrorCode.PermissionDenied"/>: the host lies in the own network.</exception>
    /// <exception cref="SocketException">Nobody is there.</exception>
    public async Task<Socket> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken);
        if (!IsAllowed(host) && addresses.FirstOrDefault(IsPrivate) is { } closed)
        {
            throw new MeshException(
                ErrorCode.PermissionDenied,
                $"{host} is {closed}, which is not an address of the public internet; sources may not connect there. "
                + $"To allow it, add the host to {SourceOptions.Section}:{nameof(SourceOptions.PrivateHosts)}.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private bool IsAllowed(string host) => options.Value.PrivateHosts.Any(
        allowed => allowed == "*" || string.Equals(allowed, host, StringComparison.OrdinalIgnoreCase));
}
