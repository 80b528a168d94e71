using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Skipper.Services.Data.Sources.Http;

namespace Skipper.Services.Data.Sources.Ftp;

/// <summary>
/// A connection to an FTP server, passive and binary. Data connections go to the address of the control connection, whatever the server
/// says: an answer must not send us elsewhere.
/// </summary>
internal sealed class FtpClient : IAsyncDisposable
{
    private const int LongestLine = 4096;
    private const int MaxLines = 200;
    private const int MaxListing = 16 * 1024 * 1024;

    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;

    private FtpClient(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
    }

    /// <exception cref="ProviderException">The server does not let us in, or is not there.</exception>
    public static Task<FtpClient> ConnectAsync(
        OutboundGuard guard, string host, int port, string user, string password, CancellationToken cancellationToken) =>
        GuardAsync(async () =>
        {
            var client = new FtpClient(await guard.ConnectAsync(host, port, cancellationToken));
            try
            {
                await client.ExpectAsync(null, cancellationToken, 220);
                if (await client.ExpectAsync($"USER {user}", cancellationToken, 230, 331) == 331)
                {
                    await client.ExpectAsync($"PASS {password}", cancellationToken, 230, 202);
                }

                await client.ExpectAsync("TYPE I", cancellationToken, 200);
                return client;
            }
            catch
            {
                await client.DisposeAsync();
                throw;
            }
        });

    /// <summary>Goes to a folder; empty = stays where it is after the login.</summary>
    public Task<int> EnterAsync(string folder, CancellationToken cancellationToken) =>
        GuardAsync(async () => folder.Length == 0 ? 0 : await ExpectAsync($"CWD {folder}", cancellationToken, 250, 200));

    /// <summary>The files of the folder.</summary>
    public Task<List<FtpFile>> ListAsync(CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        var isMachine = true;
        var data = await TransferAsync("MLSD", cancellationToken, mayBeUnknown: true);
        if (data is null)
        {
            isMachine = false;
            data = await TransferAsync("LIST", cancellationToken);
        }

        await using (data)
        {
            var text = await ReadListingAsync(data!, cancellationToken);
            await data!.DisposeAsync();
            await ExpectAsync(null, cancellationToken, 226, 250);
            return text.Split('\n').Select(line => line.TrimEnd('\r'))
                .Select(line => isMachine ? FtpListing.ParseMachine(line) : FtpListing.ParseUnix(line)).OfType<FtpFile>().ToList();
        }
    });

    /// <summary>Copies a file of the folder, from an offset to its end.</summary>
    /// <returns>False where the server cannot begin in the middle; nothing was copied then.</returns>
    public Task<bool> DownloadAsync(string name, long offset, Func<Stream, Task> copy, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        if (offset > 0 && await CommandAsync($"REST {offset.ToString(CultureInfo.InvariantCulture)}", cancellationToken) is not { Code: 350 })
        {
            return false;
        }

        await using var data = (await TransferAsync($"RETR {name}", cancellationToken))!;
        await copy(data);
        await data.DisposeAsync();
        await ExpectAsync(null, cancellationToken, 226, 250);
        return true;
    });

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _socket.Dispose();
    }

    private static async Task<T> GuardAsync<T>(Func<Task<T>> talk)
    {
        try
        {
            return await talk();
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            throw new ProviderException($"the FTP connection failed: {exception.Message}", exception);
        }
    }

    /// <summary>Opens the data connection of a command; null where the server does not know the command and that may be.</summary>
    private async Task<NetworkStream?> TransferAsync(string command, CancellationToken cancellationToken, bool mayBeUnknown = false)
    {
        var port = await PassiveAsync(cancellationToken);
        var peer = ((IPEndPoint)_socket.RemoteEndPoint!).Address;
        peer = peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer;
        var socket = new Socket(peer.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(peer, port, cancellationToken);
            var (code, text) = await CommandAsync(command, cancellationToken);
            if (code is 150 or 125)
            {
                return new NetworkStream(socket, ownsSocket: true);
            }

            if (mayBeUnknown && code is 500 or 502 or 504)
            {
                socket.Dispose();
                return null;
            }

            throw Unexpected(command, code, text);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<int> PassiveAsync(CancellationToken cancellationToken)
    {
        var (code, text) = await CommandAsync("EPSV", cancellationToken);
        if (code == 229)
        {
            var parts = text.Split('|');
            return parts.Length >= 4 && TryPort(parts[3], out var port) ? port : throw Unexpected("EPSV", code, text);
        }

        (code, text) = await CommandAsync("PASV", cancellationToken);
        var open = text.IndexOf('(', StringComparison.Ordinal);
        var numbers = text[(open + 1)..].Split(',', ')');
        return code == 227 && numbers.Length >= 6 && byte.TryParse(numbers[4], out var high) && byte.TryParse(numbers[5], out var low)
            ? (high * 256) + low
            : throw Unexpected("PASV", code, text);
    }

    private static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and < 65536;

    private async Task<int> ExpectAsync(string? command, CancellationToken cancellationToken, params int[] expected)
    {
        var (code, text) = await CommandAsync(command, cancellationToken);
        return expected.Contains(code) ? code : throw Unexpected(command ?? "the transfer", code, text);
    }

    /// <summary>Sends a command, if there is one, and reads the reply, which may have many lines.</summary>
    private async Task<(int Code, string Text)> CommandAsync(string? command, CancellationToken cancellationToken)
    {
        if (command is not null)
        {
            if (command.AsSpan().ContainsAny('\r', '\n', '\0'))
            {
                throw new ProviderException("a name or password has a line end in it.");
            }

            await _stream.WriteAsync(Encoding.UTF8.GetBytes($"{command}\r\n"), cancellationToken);
        }

        var first = await LineAsync(cancellationToken);
        if (first.Length < 3 || !int.TryParse(first.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
        {
            throw new ProviderException($"the FTP server answered something else than FTP: '{first[..Math.Min(first.Length, 80)]}'.");
        }

        var last = first;
        for (var lines = 1; first.Length > 3 && first[3] == '-' && !last.StartsWith($"{first[..3]} ", StringComparison.Ordinal); lines++)
        {
            last = lines < MaxLines ? await LineAsync(cancellationToken) : throw new ProviderException("the FTP server does not stop to answer.");
        }

        return (code, first.Length > 4 ? first[4..] : "");
    }

    private async Task<string> LineAsync(CancellationToken cancellationToken)
    {
        var line = new MemoryStream();
        while (true)
        {
            if (_start == _end)
            {
                (_start, _end) = (0, await _stream.ReadAsync(_buffer, cancellationToken));
                if (_end == 0)
                {
                    throw new IOException("the server closed the connection");
                }
            }

            var letter = _buffer[_start++];
            if (letter == '\n')
            {
                return Encoding.UTF8.GetString(line.ToArray()).TrimEnd('\r');
            }

            line.WriteByte(line.Length < LongestLine ? letter : throw new ProviderException("the FTP server answered with an endless line."));
        }
    }

    private static async Task<string> ReadListingAsync(Stream data, CancellationToken cancellationToken)
    {
        using var text = new MemoryStream();
        var buffer = new byte[32 * 1024];
        while (await data.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            text.Write(buffer, 0, text.Length + read <= MaxListing ? read : throw new ProviderException("the listing of the folder does not end."));
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    private static ProviderException Unexpected(string command, int code, string text) =>
        new($"the FTP server answered {code} to {command.Split(' ')[0]}: {text}") { Status = code };
}
