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
internal sealed partial class FtpClient : IAsyncDisposable
{
    private const int MaxListing = 16 * 1024 * 1024;

    private readonly Socket _socket;
    private readonly NetworkStream _stream;

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
    public Task<bool> DownloadAsync(
        string name, long offset, Func<Stream, Task> copy, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        var rest = string.Create(CultureInfo.InvariantCulture, $"REST {offset}");
        if (offset > 0 && await CommandAsync(rest, cancellationToken) is not { Code: 350 })
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

    private static async Task<string> ReadListingAsync(Stream data, CancellationToken cancellationToken)
    {
        using var text = new MemoryStream();
        var buffer = new byte[32 * 1024];
        while (await data.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            text.Write(buffer, 0, text.Length + read <= MaxListing
                ? read
                : throw new ProviderException("the listing of the folder does not end."));
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    private static ProviderException Unexpected(string command, int code, string text) =>
        new($"the FTP server answered {code} to {command.Split(' ')[0]}: {text}") { Status = code };
}
