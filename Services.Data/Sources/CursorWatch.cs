using Skipper.Services.Data.Sources.Declarations;
using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Sources;

/// <summary>
/// Follows the rows of a unit to the place where the next ingestion begins: the newest row, but not beyond one that could not be read
/// and may come again whole, unless that is longer ago than the declared patience.
/// </summary>
internal sealed class CursorWatch(SourceCursor? cursor, DateTimeOffset? before)
{
    private readonly DateTimeOffset? _before = before;
    private DateTimeOffset? _newest = before;
    private DateTimeOffset? _rejected;

    public DateTimeOffset? Next => cursor is null || _newest is not { } newest
        ? _before
        : _rejected is { } rejected && rejected < newest
            ? Latest(rejected, newest - cursor.Patience)
            : newest;

    public void Watch(RowBatch batch, ReadOnlySpan<bool> rejected)
    {
        if (cursor is null)
        {
            return;
        }

        var times = batch.Times(batch.Schema.IndexOf(cursor.Column));
        for (var row = 0; row < batch.Count; row++)
        {
            var at = times[row] == RowBatch.NoTime ? _before ?? cursor.Start : DateTimeOffset.UnixEpoch.AddMicroseconds(times[row]);
            if (rejected[row])
            {
                _rejected = _rejected is { } oldest && oldest < at ? oldest : at;
            }
            else if (_newest is null || at > _newest)
            {
                _newest = at;
            }
        }
    }

    private static DateTimeOffset Latest(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;
}
