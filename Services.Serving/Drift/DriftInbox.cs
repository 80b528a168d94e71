using Skipper.Services.Serving.Predictions;

namespace Skipper.Services.Serving.Drift;

/// <summary>Where the rows of one version arrive, while those before them are counted.</summary>
internal sealed class DriftInbox
{
    private readonly Lock _gate = new();
    private DriftRows _rows = new();
    private DriftRows _spare = new();
    private bool _isClosed;

    public void Add(RowBatch batch)
    {
        lock (_gate)
        {
            if (!_isClosed)
            {
                _rows.Add(batch);
            }
        }
    }

    /// <summary>What has arrived, good until the next call; null = nothing. One caller at a time.</summary>
    public DriftRows? Take()
    {
        lock (_gate)
        {
            if (_rows.IsEmpty)
            {
                // Nobody asks this version now, perhaps never again.
                _rows.Free();
                _spare.Free();
                return null;
            }

            _spare.Clear();
            (_rows, _spare) = (_spare, _rows);
            return _spare;
        }
    }

    /// <summary>There is nothing to compare with: takes no more rows.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            _rows.Free();
            _spare.Free();
        }
    }
}
