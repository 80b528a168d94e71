using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Skipper.Gateway.Tests.Notifications;

/// <summary>As much of a mail server as a client talks to: takes every mail.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _serving;

    public MailServer()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The commands and the text of each mail.</summary>
    public ConcurrentQueue<string> Mails { get; } = new();

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await TalkAsync(client.GetStream());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task TalkAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var mail = new StringBuilder();
        await SayAsync(stream, "220 test");
        while (await reader.ReadLineAsync() is { } line)
        {
            mail.AppendLine(line);
            if (line == "DATA")
            {
                await SayAsync(stream, "354 go on");
                while (await reader.ReadLineAsync() is { } text && text != ".")
                {
                    mail.AppendLine(text);
                }

                Mails.Enqueue(mail.ToString());
            }

            await SayAsync(stream, line == "QUIT" ? "221 bye" : "250 ok");
        }
    }

    private static ValueTask SayAsync(NetworkStream stream, string line) => stream.WriteAsync(Encoding.ASCII.GetBytes($"{line}\r\n"));
}
