using Dapper;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Shared.Storage.Artifacts;

/// <summary>Reads the rows of a blob one after the other; between rows it holds no connection.</summary>
internal sealed class ChunkStream(Database database, string table, string digest) : Stream
{
    private readonly string _select = $"SELECT bytes FROM {table} WHERE digest = @digest AND position = @position";

    private byte[] _chunk = [];
    private int _offset;
    private int _position;
    private bool _atEnd;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

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

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>
    /// For readers that know no other way; waits for the database on the caller's thread, once per row.
    /// </summary>
    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count), CancellationToken.None).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

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
