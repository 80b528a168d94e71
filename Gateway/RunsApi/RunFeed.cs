namespace Skipper.Gateway.RunsApi;

/// <summary>
/// The runs that people look at: the newest, and those that have not ended. Read once for everybody who follows them, and only while
/// somebody does; what changed has a higher number, so that a slow reader gets states and never a backlog.
/// </summary>
internal sealed class RunFeed(RunReader runs, TimeProvider time) : IDisposable
{
    /// <summary>As many of the newest, and as many of those that have not ended.</summary>
    public const int Newest = 100;

    /// <summary>How old a reading may be. Whoever waits this long after a change sees it.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromMilliseconds(250);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private Dictionary<Guid, FedRun> _board = [];
    private long _number;
    private long? _readAt;

    /// <summary>The runs that changed after a number, the oldest first; 0 = all.</summary>
    public async Task<IReadOnlyList<FedRun>> ReadAsync(long after, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_readAt is not { } read || time.GetElapsedTime(read) >= Freshness)
            {
                var now = time.GetTimestamp();
                _board = await RefreshAsync(cancellationToken);
                _readAt = now;
            }

            return [.. _board.Values.Where(run => run.Number > after).OrderBy(run => run.Row.Id)];
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task<Dictionary<Guid, FedRun>> RefreshAsync(CancellationToken cancellationToken)
    {
        var found = (await runs.NewestAsync(Newest, cancellationToken)).ToDictionary(run => run.Id);

        // What ended meanwhile and is not among the newest is shown once more, as it ended.
        var gone = _board.Values.Where(known => !known.Row.IsFinal && !found.ContainsKey(known.Row.Id)).Select(known => known.Row.Id);
        foreach (var ended in await runs.FindManyAsync([.. gone], cancellationToken))
        {
            found.Add(ended.Id, ended);
        }

        var steps = (await runs.GroupsAsync([.. found.Values.Where(run => !run.IsFinal).Select(run => run.Id)], cancellationToken))
            .ToLookup(group => group.RunId);
        return found.Values.Select(run => Number(run, ProgressReply.Of(run, [.. steps[run.Id]]))).ToDictionary(run => run.Row.Id);
    }

    private FedRun Number(RunRow run, ProgressReply progress) =>
        _board.TryGetValue(run.Id, out var known) && known.Row.Rev == run.Rev && known.Progress == progress
            ? known
            : new FedRun(run, progress, ++_number);
}

/// <summary>A run as it is shown in a list.</summary>
/// <param name="Row">The run.</param>
/// <param name="Progress">How far it is.</param>
/// <param name="Number">Of its last change, over all runs.</param>
internal sealed record FedRun(RunRow Row, ProgressReply Progress, long Number);
