using System.Net;
using System.Net.Sockets;

namespace Skipper.Gateway.Notifications;

/// <summary>Tells addresses that everybody reaches from those that only this machine or its neighbours reach.</summary>
internal static class PublicNetwork
{
    // RFC 6890 and its successors: not globally reachable. Multicast is, and is no place for a webhook.
    private static readonly IPNetwork[] Others =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork Global = IPNetwork.Parse("2000::/3");

    // Within it: Teredo, documentation and 6to4, which carry IPv4 addresses or lead nowhere.
    private static readonly IPNetwork[] NotGlobal =
        [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(IPNetwork.Parse)];

    public static bool Contains(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        return address.AddressFamily switch
        {
            AddressFamily.InterNetwork => !Others.Any(network => network.Contains(address)),
            AddressFamily.InterNetworkV6 => Global.Contains(address) && !NotGlobal.Any(network => network.Contains(address)),
            _ => false,
        };
    }
}
