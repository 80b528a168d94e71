using System.Text.Json;
using Dapper;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Training.Experiments;

/// <summary>All runs of all experiments; one row for a training, however many attempts it took.</summary>
internal sealed class ExperimentStore([FromKeyedServices(TrainingService.Schema)] Database database)
{
    private readonly string _save = database.Sql(
        """
        INSERT INTO training.runs (id, experiment, state, started_at, manifest)
        VALUES (@Id, @Experiment, @State, @StartedAt, @manifest)
        ON CONFLICT (id) DO UPDATE SET state = excluded.state, manifest = excluded.manifest
        """);

    private readonly string _saveSeries = database.Sql("UPDATE training.runs SET series = @series WHERE id = @id");

    private readonly string _find = database.Sql("SELECT manifest AS Manifest, series AS Series FROM training.runs WHERE id = @id");

    private readonly string _list = database.Sql(
        """
        SELECT manifest FROM training.runs
        WHERE experiment = @Experiment AND (state = @State OR @State IS NULL)
        ORDER BY started_at DESC, id DESC LIMIT @limit
        """);

    private readonly string _summarize = database.Sql(
        """
        SELECT experiment AS Name, CAST(COUNT(*) AS integer) AS RunCount, MAX(started_at) AS NewestAt
        FROM training.runs GROUP BY experiment ORDER BY MAX(started_at) DESC, experiment
        """);

    /// <summary>Writes a run, its series aside.</summary>
    public Task SaveAsync(ExperimentRun run, CancellationToken cancellationToken)
    {
        var manifest = JsonSerializer.Serialize(run with { Series = [] }, MessageJson.Options);
        return database.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync(
                _save, new { run.Id, run.Experiment, run.State, run.StartedAt, manifest }, transaction),
            cancellationToken);
    }

    /// <summary>Writes the metrics of the rounds so far.</summary>
    public Task SaveSeriesAsync(Guid id, IReadOnlyList<MetricSeries> series, CancellationToken cancellationToken)
    {
        var text = JsonSerializer.Serialize(series, MessageJson.Options);
        return database.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync(_saveSeries, new { id, series = text }, transaction), cancellationToken);
    }

    /// <summary>A run with its series; null = there is none.</summary>
    public async Task<ExperimentRun?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        var row = await database.ReadAsync(
            connection => connection.QueryFirstOrDefaultAsync<Row>(
                new CommandDefinition(_find, new { id }, cancellationToken: cancellationToken)),
            cancellationToken);
        return row is null ? null : Read(row.Manifest) with
        {
            Series = row.Series is null ? [] : JsonSerializer.Deserialize<MetricSeries[]>(row.Series, MessageJson.Options)!,
        };
    }

    /// <summary>Runs of an experiment, newest first, without series.</summary>
    public async Task<IReadOnlyList<ExperimentRun>> ListAsync(
        string experiment, string? state, int limit, CancellationToken cancellationToken)
    {
        var manifests = await database.ReadAsync(
            connection => connection.QueryAsync<string>(new CommandDefinition(
                _list, new { Experiment = experiment, State = state, limit }, cancellationToken: cancellationToken)),
            cancellationToken);
        return [.. manifests.Select(Read)];
    }

    /// <summary>All experiments, that with the newest run first.</summary>
    public async Task<IReadOnlyList<ExperimentSummary>> SummarizeAsync(CancellationToken cancellationToken) =>
        [.. await database.ReadAsync(
            connection => connection.QueryAsync<ExperimentSummary>(new CommandDefinition(_summarize, cancellationToken: cancellationToken)),
            cancellationToken)];

    private static ExperimentRun Read(string manifest) => JsonSerializer.Deserialize<ExperimentRun>(manifest, MessageJson.Options)!;

    private sealed record Row
    {
        public required string Manifest { get; init; }

        public string? Series { get; init; }
    }
}
