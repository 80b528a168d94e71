using System.Text.Json;
using Dapper;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Training.Experiments;

/// <summary>All runs of all experiments; one row for a training, however many attempts it took.</summary>
internal sealed class ExperimentStore([FromKeyedServices(TrainingService.Schema)] Database database, TimeProvider time)
{
    // A run that gives no sign of life for so long was killed, or cannot reach the database: several times what it is between two signs.
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    // What a reader sees, whatever the row says.
    private const string SeenState =
        "CASE WHEN state = 'running' AND COALESCE(seen_at, started_at) < @silentSince THEN 'lost' ELSE state END";

    private readonly string _save = database.Sql(
        """
        INSERT INTO training.runs (id, experiment, state, started_at, seen_at, manifest)
        VALUES (@Id, @Experiment, @State, @StartedAt, @now, @manifest)
        ON CONFLICT (id) DO UPDATE SET state = excluded.state, seen_at = excluded.seen_at, manifest = excluded.manifest
        """);

    private readonly string _saveSeries = database.Sql("UPDATE training.runs SET series = @series WHERE id = @id");

    private readonly string _sign = database.Sql("UPDATE training.runs SET seen_at = @now WHERE id = @id");

    private readonly string _find = database.Sql(
        $"SELECT manifest AS Manifest, {SeenState} AS State, series AS Series FROM training.runs WHERE id = @id");

    private readonly string _list = database.Sql(
        $"""
        SELECT manifest AS Manifest, {SeenState} AS State FROM training.runs
        WHERE experiment = @Experiment AND ({SeenState} = @State OR @State IS NULL)
        ORDER BY started_at DESC, id DESC LIMIT @limit
        """);

    private readonly string _summarize = database.Sql(
        """
        SELECT experiment AS Name, CAST(COUNT(*) AS integer) AS RunCount, MAX(started_at) AS NewestAt
        FROM training.runs GROUP BY experiment ORDER BY MAX(started_at) DESC, experiment
        """);

    private DateTimeOffset SilentSince => time.GetUtcNow() - Silence;

    /// <summary>Writes a run, its series aside.</summary>
    public Task SaveAsync(ExperimentRun run, CancellationToken cancellationToken)
    {
        var manifest = JsonSerializer.Serialize(run with { Series = [] }, MessageJson.Options);
        return database.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync(
                _save, new { run.Id, run.Experiment, run.State, run.StartedAt, now = time.GetUtcNow(), manifest }, transaction),
            cancellationToken);
    }

    /// <summary>Writes the metrics of the rounds so far.</summary>
    public Task SaveSeriesAsync(Guid id, IReadOnlyList<MetricSeries> series, CancellationToken cancellationToken)
    {
        var text = JsonSerializer.Serialize(series, MessageJson.Options);
        return database.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync(_saveSeries, new { id, series = text }, transaction), cancellationToken);
    }

    /// <summary>Says that the process that trains is alive: to be told several times a minute.</summary>
    public Task SignAsync(Guid id, CancellationToken cancellationToken) => database.WriteAsync(
        transaction => transaction.Connection!.ExecuteAsync(_sign, new { id, now = time.GetUtcNow() }, transaction), cancellationToken);

    /// <summary>A run with its series; null = there is none.</summary>
    public async Task<ExperimentRun?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        var row = await database.ReadAsync(
            connection => connection.QueryFirstOrDefaultAsync<Row>(
                new CommandDefinition(_find, new { id, silentSince = SilentSince }, cancellationToken: cancellationToken)),
            cancellationToken);
        return row is null ? null : Read(row) with
        {
            Series = row.Series is null ? [] : JsonSerializer.Deserialize<MetricSeries[]>(row.Series, MessageJson.Options)!,
        };
    }

    /// <summary>Runs of an experiment, newest first, without series.</summary>
    public async Task<IReadOnlyList<ExperimentRun>> ListAsync(
        string experiment, string? state, int limit, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<Row>(new CommandDefinition(
                _list,
                new { Experiment = experiment, State = state, silentSince = SilentSince, limit },
                cancellationToken: cancellationToken)),
            cancellationToken);
        return [.. rows.Select(Read)];
    }

    /// <summary>All experiments, that with the newest run first.</summary>
    public async Task<IReadOnlyList<ExperimentSummary>> SummarizeAsync(CancellationToken cancellationToken) =>
        [.. await database.ReadAsync(
            connection => connection.QueryAsync<ExperimentSummary>(new CommandDefinition(_summarize, cancellationToken: cancellationToken)),
            cancellationToken)];

    private static ExperimentRun Read(Row row) =>
        JsonSerializer.Deserialize<ExperimentRun>(row.Manifest, MessageJson.Options)! with { State = row.State };

    private sealed record Row
    {
        public required string Manifest { get; init; }

        public required string State { get; init; }

        public string? Series { get; init; }
    }
}
