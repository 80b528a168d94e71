using System.Globalization;
using System.Text;
using Skipper.Services.Data.Sources.Http;

namespace Skipper.Services.Data.Sources.Ftp;

internal sealed partial class FtpClient
{
    private const int LongestLine = 4096;
    private const int MaxLines = 200;

    private readonly byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;

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
            last = lines < MaxLines
                ? await LineAsync(cancellationToken)
                : throw new ProviderException("the FTP server does not stop to answer.");
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

            line.WriteByte(line.Length < LongestLine
                ? letter
                : throw new ProviderException("the FTP server answered with an endless line."));
        }
    }
}
