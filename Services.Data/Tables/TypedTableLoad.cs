namespace Skipper.Services.Data.Tables;

/// <summary>What became of the rows of a load.</summary>
internal readonly record struct LoadResult(long Inserted, long Updated, long Unchanged);

/// <summary>
/// Rows on their way into a typed table, inside the caller's transaction: write batches, then complete; disposed without, nothing
/// of it counts and the transaction must be rolled back. Nothing else may be done on the connection in between.
/// </summary>
internal abstract class TypedTableLoad : IAsyncDisposable
{
    /// <summary>Writes the rows of a batch; the batch is free again afterwards.</summary>
    /// <exception cref="Shared.Messaging.Errors.MeshException">A value cannot be stored: it says which, and the line it came from.</exception>
    public abstract Task WriteAsync(RowBatch batch, CancellationToken cancellationToken);

    public abstract Task<LoadResult> CompleteAsync(CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();
}
