namespace Skipper.Services.Data.Streams;

/// <summary>Gives records in an order that is always the same, one at a time.</summary>
internal interface IRecordSource : IAsyncDisposable
{
    /// <summary>How many records there are; null where nobody knows.</summary>
    long? Count { get; }

    /// <summary>Reads the records behind a position; whoever takes them slowly is waited for.</summary>
    /// <param name="position">Of the last record that is done with; 0 = none.</param>
    /// <param name="cancellationToken">Stops.</param>
    IAsyncEnumerable<StreamRecord> ReadAsync(long position, CancellationToken cancellationToken);

    /// <summary>Records that were not committed are nobody's any more.</summary>
    ValueTask IAsyncDisposable.DisposeAsync() => ValueTask.CompletedTask;
}
