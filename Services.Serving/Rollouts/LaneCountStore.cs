using System.Text.Json;
using Dapper;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Serving.Rollouts;

/// <summary>What the lanes of rollouts did, of all processes.</summary>
internal sealed class LaneCountStore([FromKeyedServices(ServingService.Schema)] Database database, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Retention = TimeSpan.FromDays(30);

    // Rows of its own, as they are now: saving twice does no harm.
    private readonly Guid _process = Guid.NewGuid();

    // So that what was read first is never written last.
    private readonly SemaphoreSlim _saving = new(1);

    private readonly string _save = database.Sql(
        """
        INSERT INTO serving.lane_counts (model, lane, since, process, minute, counts, counted_at)
        VALUES (@Model, @Lane, @Since, @Process, @Minute, @Counts, @Now)
        ON CONFLICT (model, lane, since, minute, process) DO UPDATE SET counts = excluded.counts, counted_at = excluded.counted_at
        """);

    private readonly string _list = database.Sql(
        """
        SELECT lane AS Lane, since AS Since, minute AS Minute, counts AS Counts FROM serving.lane_counts
        WHERE model = @model AND (minute = 0 OR minute > @after)
        """);

    private readonly string _sweep = database.Sql(
        "DELETE FROM serving.lane_counts WHERE (minute > 0 AND minute < @minute) OR counted_at < @oldest");

    /// <summary>Saves what lanes did in this process and is not saved yet.</summary>
    public async Task SaveAsync(IEnumerable<LaneTally> tallies, CancellationToken cancellationToken)
    {
        await _saving.WaitAsync(cancellationToken);
        try
        {
            await WriteAsync(tallies, cancellationToken);
        }
        finally
        {
            _saving.Release();
        }
    }

    /// <summary>What the lanes of a model did in all processes.</summary>
    public async Task<LaneFigures> ReadAsync(string model, CancellationToken cancellationToken)
    {
        var minute = LaneTally.Minute(time.GetUtcNow());
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<CountRow>(new CommandDefinition(
                _list, new { model, after = minute - LaneTally.LongestWindow }, cancellationToken: cancellationToken)),
            cancellationToken);
        return new LaneFigures(minute, [.. rows.Select(row => new LaneFigures.Part(
            row.Lane, row.Since, row.Minute, JsonSerializer.Deserialize<LaneCounts>(row.Counts, MessageJson.Options)!))]);
    }

    /// <summary>Deletes minutes that no guard looks at, and figures that nobody added to for 30 days.</summary>
    public Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var limits = new { minute = LaneTally.Minute(now) - LaneTally.LongestWindow, oldest = now - Retention };
        return database.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync(
                new CommandDefinition(_sweep, limits, transaction, cancellationToken: cancellationToken)),
            cancellationToken);
    }

    public void Dispose() => _saving.Dispose();

    private async Task WriteAsync(IEnumerable<LaneTally> tallies, CancellationToken cancellationToken)
    {
        var rows = new List<object>();
        var now = time.GetUtcNow();
        var saved = tallies.Select(tally => (tally, tally.ReadUnsaved((minute, counts) => rows.Add(new
        {
            tally.Key.Model,
            tally.Key.Lane,
            tally.Key.Since,
            Process = _process,
            Minute = minute,
            Counts = JsonSerializer.Serialize(counts, MessageJson.Options),
            Now = now,
        })))).ToList();
        if (rows.Count > 0)
        {
            await database.WriteAsync(
                transaction => transaction.Connection!.ExecuteAsync(
                    new CommandDefinition(_save, rows, transaction, cancellationToken: cancellationToken)),
                cancellationToken);
        }

        saved.ForEach(entry => entry.tally.MarkSaved(entry.Item2));
    }

    /// <summary>As the database has it.</summary>
    private sealed record CountRow
    {
        public required string Lane { get; init; }

        public required int Since { get; init; }

        public required long Minute { get; init; }

        public required string Counts { get; init; }
    }
}
