using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Skipper.Testing;

/// <summary>A loopback port for a server that a test starts.</summary>
public static class FreePort
{
    /// <summary>
    /// A port nobody listens on. Below the range that the kernel gives to outgoing connections: otherwise a client could take
    /// the port while a killed server is started again.
    /// </summary>
    public static int Next()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(12_000, 32_000);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken: try another.
            }
        }
    }
}
