using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Skipper.Services.Data.Tests.Sources.Doubles;

/// <summary>An FTP server on loopback with one folder, whose abilities and failures a test chooses.</summary>
internal sealed class FtpDouble : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;

    public FtpDouble()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public ConcurrentDictionary<string, (byte[] Content, string Modified)> Files { get; } = new();

    public ConcurrentQueue<string> Commands { get; } = new();

    public bool KnowsMlsd { get; set; } = true;

    /// <summary>Without, it answers PASV, with an address that is not its own.</summary>
    public bool KnowsEpsv { get; set; } = true;

    public bool KnowsRest { get; set; } = true;

    /// <summary>After how many bytes the next transfers are cut; -1 = not.</summary>
    public ConcurrentQueue<int> Cuts { get; } = new();

    public int Sent { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        try
        {
            using var control = client;
            using var reader = new StreamReader(control.GetStream(), new UTF8Encoding(false));
            await using var writer = new StreamWriter(control.GetStream(), new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
            await writer.WriteLineAsync("220-Welcome\r\n 220 is not the end\r\n220 Ready");
            var offset = 0;
            while (await reader.ReadLineAsync(_stopping.Token) is { } command)
            {
                Commands.Enqueue(command);
                var argument = command.Contains(' ', StringComparison.Ordinal) ? command[(command.IndexOf(' ', StringComparison.Ordinal) + 1)..] : "";
                switch (command.Split(' ')[0])
                {
                    case "USER":
                        await writer.WriteLineAsync("331 Password");
                        break;
                    case "PASS":
                        await writer.WriteLineAsync("230 In");
                        break;
                    case "TYPE":
                        await writer.WriteLineAsync("200 Binary");
                        break;
                    case "CWD":
                        await writer.WriteLineAsync(argument == "out" ? "250 There" : "550 No such folder");
                        break;
                    case "EPSV" when KnowsEpsv:
                        listener = Renew(listener);
                        await writer.WriteLineAsync($"229 Entering (|||{((IPEndPoint)listener.LocalEndpoint).Port}|)");
                        break;
                    case "PASV":
                        listener = Renew(listener);
                        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
                        await writer.WriteLineAsync($"227 Entering (10,255,255,1,{port / 256},{port % 256})");
                        break;
                    case "MLSD" when KnowsMlsd:
                        await SendAsync(listener, writer, Encoding.UTF8.GetBytes(string.Concat(Machine())), -1);
                        break;
                    case "LIST":
                        await SendAsync(listener, writer, Encoding.UTF8.GetBytes(string.Concat(Unix())), -1);
                        break;
                    case "REST" when KnowsRest:
                        offset = int.Parse(argument, CultureInfo.InvariantCulture);
                        await writer.WriteLineAsync("350 From there");
                        break;
                    case "RETR" when Files.TryGetValue(argument, out var file):
                        var cut = Cuts.TryDequeue(out var after) ? after : -1;
                        await SendAsync(listener, writer, file.Content[offset..], cut);
                        Sent += cut >= 0 ? cut : file.Content.Length - offset;
                        offset = 0;
                        if (cut >= 0)
                        {
                            return;
                        }

                        break;
                    default:
                        await writer.WriteLineAsync("502 Not here");
                        break;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client is gone.
        }
        finally
        {
            listener.Dispose();
        }
    }

    private static TcpListener Renew(TcpListener listener)
    {
        listener.Dispose();
        var renewed = new TcpListener(IPAddress.Loopback, 0);
        renewed.Start();
        return renewed;
    }

    private async Task SendAsync(TcpListener listener, StreamWriter writer, byte[] content, int cut)
    {
        using var data = await listener.AcceptTcpClientAsync(_stopping.Token);
        await writer.WriteLineAsync("150 Here it comes");
        var length = cut >= 0 ? Math.Min(cut, content.Length) : content.Length;
        await data.GetStream().WriteAsync(content.AsMemory(0, length), _stopping.Token);
        data.Close();
        if (cut < 0)
        {
            await writer.WriteLineAsync("226 Done");
        }
    }

    private IEnumerable<string> Machine() => Files
        .Select(file => $"type=file;size={file.Value.Content.Length};modify={file.Value.Modified}; {file.Key}\r\n")
        .Append("type=cdir;modify=20240101000000; .\r\n").Append("type=dir;modify=20240101000000; folder\r\n");

    private IEnumerable<string> Unix() => Files
        .Select(file => $"-rw-r--r--   1 ftp      ftp      {file.Value.Content.Length,12} {file.Value.Modified} {file.Key}\r\n")
        .Prepend("drwxr-xr-x   2 ftp      ftp              4096 Jan 01 00:00 folder\r\n").Prepend("total 5\r\n");
}
