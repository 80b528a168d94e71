using Dapper;
using Skipper.Shared.Storage.Databases;
using Skipper.Shared.Storage.Streams;

namespace Skipper.Shared.Storage.Artifacts;

/// <summary>Reads the rows of a blob one after the other; between rows it holds no connection.</summary>
internal sealed class ChunkStream(Database database, string table, string digest) : ForwardStream
{
    private readonly string _select = $"SELECT bytes FROM {table} WHERE digest = @digest AND position = @position";

    private byte[] _chunk = [];
    private int _offset;
    private int _position;
    private bool _atEnd;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_offset == _chunk.Length && !_atEnd)
        {
            await NextAsync(cancellationToken);
        }

        var count = Math.Min(buffer.Length, _chunk.Length - _offset);
        _chunk.AsMemory(_offset, count).CopyTo(buffer);
        _offset += count;
        return count;
    }

    private async Task NextAsync(CancellationToken cancellationToken)
    {
        var chunk = await database.ReadAsync(
            connection => connection.ExecuteScalarAsync<byte[]?>(new CommandDefinition(
                _select, new { digest, position = _position }, cancellationToken: cancellationToken)),
            cancellationToken);
        _atEnd = chunk is null;
        _chunk = chunk ?? [];
        _offset = 0;
        _position++;
    }
}
