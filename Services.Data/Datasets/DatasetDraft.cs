using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Data.Datasets;

/// <summary>
/// A dataset version that is being written, batch by batch, at once to its artifact and to its typed table. While one batch is written,
/// the caller fills the next.
/// </summary>
internal sealed class DatasetDraft : IAsyncDisposable
{
    private readonly ArtifactUpload _artifact;
    private readonly CanonicalWriter _writer;
    private readonly RowBatch _batch;
    private readonly long[] _missing;
    private Task _writing = Task.CompletedTask;
    private bool _begun;
    private bool _kept;

    public DatasetDraft(TableSchema schema, IArtifactStore artifacts, VersionTable table)
    {
        Table = table;
        _batch = new RowBatch(schema);
        _missing = new long[schema.Columns.Count];
        _artifact = new ArtifactUpload(artifacts);
        _writer = new CanonicalWriter(_artifact.Stream);
    }

    public VersionTable Table { get; }

    public long RowCount { get; private set; }

    /// <summary>Writes the rows of a batch of at most the default capacity; the batch is free again afterwards.</summary>
    public async Task WriteAsync(RowBatch batch, CancellationToken cancellationToken)
    {
        await _writing;
        _batch.CopyFrom(batch);
        _writing = Task.Run(() => WriteCopyAsync(cancellationToken), cancellationToken);
    }

    /// <summary>Waits until all of it is durable, and returns the digest of the content.</summary>
    public async Task<string> CompleteAsync(CancellationToken cancellationToken)
    {
        await _writing;
        await BeginAsync(cancellationToken);
        return await _artifact.CompleteAsync();
    }

    public IReadOnlyList<DatasetColumn> Describe() =>
    [
        .. _batch.Schema.Columns.Select((column, place) => new DatasetColumn
        {
            Name = column.Name,
            Type = ColumnTypes.NameOf(column.Kind),
            MissingCount = checked((int)_missing[place]),
        }),
    ];

    /// <summary>The table belongs to a version now.</summary>
    public void Keep() => _kept = true;

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAny(_writing);
        await _artifact.DisposeAsync();
        if (!_kept)
        {
            await Table.DropAsync();
        }
    }

    private async Task WriteCopyAsync(CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        for (var column = 0; column < _missing.Length; column++)
        {
            for (var row = 0; row < _batch.Count; row++)
            {
                _missing[column] += _batch.IsMissing(column, row) ? 1 : 0;
            }
        }

        var loaded = Table.LoadAsync(_batch, RowCount, cancellationToken);
        await _writer.WriteAsync(_batch, cancellationToken);
        await loaded;
        RowCount += _batch.Count;
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (!_begun)
        {
            _begun = true;
            await _writer.WriteHeaderAsync(_batch.Schema, cancellationToken);
        }
    }
}
