using Dapper;
using Skipper.Services.Serving.StoredPredictions;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Serving.Labels;

/// <summary>Remembers what came true, and sums up by version how far predictions were off.</summary>
internal sealed class LabelStore([FromKeyedServices(ServingService.Schema)] Database database, TimeProvider time)
{
    private const string Period = "model = @Model AND predicted_at >= @since AND predicted_at < @until";

    private readonly string _add = database.Sql("""
        INSERT INTO serving.labels AS l
            (request_id, row_number, target, model, version, label, error, is_right, log_loss, brier, predicted_at, labeled_at)
        VALUES
            (@RequestId, @RowNumber, @Target, @Model, @Version, @Label, @Error, @IsRight, @LogLoss, @Brier, @PredictedAt, @now)
        ON CONFLICT (request_id, row_number, target) DO UPDATE SET
            label = excluded.label, error = excluded.error, is_right = excluded.is_right, log_loss = excluded.log_loss,
            brier = excluded.brier, labeled_at = excluded.labeled_at
        """);

    private readonly string _count = database.Sql(
        "SELECT count(DISTINCT row_number) FROM serving.labels WHERE request_id = @request");

    private readonly string _find = database.Sql($"""
        SELECT l.request_id AS RequestId, l.row_number AS RowNumber, l.target AS Target, l.label AS Label
        FROM {RowSet.From(database, ("request_id", "text"), ("row_number", "integer"))}
        JOIN serving.labels l ON l.request_id = c.request_id AND l.row_number = c.row_number
        ORDER BY l.request_id, l.row_number, l.target
        """);

    private readonly string _versions = database.Sql(
        $"SELECT version AS Version, count(*) AS Count FROM serving.predictions WHERE {Period} GROUP BY version ORDER BY version DESC");

    private readonly string _measure = database.Sql($"""
        SELECT version AS Version, target AS Target, count(*) AS Count, avg(error * error) AS Square, avg(abs(error)) AS Mae,
            avg(error) AS Bias, avg(is_right * 1.0) AS Accuracy, avg(log_loss) AS LogLoss, avg(brier) AS Brier
        FROM serving.labels WHERE {Period} GROUP BY version, target ORDER BY version, target
        """);

    /// <summary>Remembers labels of one request, all or none; a later label takes the place of an earlier one.</summary>
    public Task<int> AddAsync(IReadOnlyList<LabelRow> labels, CancellationToken cancellationToken)
    {
        // In one order, so that two corrections at a time wait for each other instead of both for the other.
        var rows = labels.OrderBy(label => label.RowNumber).ThenBy(label => label.Target, StringComparer.Ordinal).Select(label =>
        {
            var values = new DynamicParameters(label);
            values.Add("now", time.GetUtcNow());
            return values;
        }).ToList();
        return database.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync(
                new CommandDefinition(_add, rows, transaction, cancellationToken: cancellationToken)),
            cancellationToken);
    }

    /// <summary>How many rows of a request have a label.</summary>
    public Task<int> CountAsync(string request, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.ExecuteScalarAsync<int>(
            new CommandDefinition(_count, new { request }, cancellationToken: cancellationToken)),
        cancellationToken);

    /// <summary>Predictions with their labels, in the order of the rows.</summary>
    public async Task<IReadOnlyList<StoredPrediction>> JoinAsync(
        IReadOnlyList<PredictionRow> rows, CancellationToken cancellationToken)
    {
        var keys = RowSet.Of(rows.Select(row => new { row.RequestId, row.RowNumber }));
        var found = await ReadAsync<LabelRow>(_find, new { Rows = keys }, cancellationToken);
        var labels = found.ToLookup(label => (label.RequestId, label.RowNumber));
        return [.. rows.Select(row => row.ToPrediction(labels[(row.RequestId, row.RowNumber)]))];
    }

    public async Task<LiveMetrics> MeasureAsync(LivePeriod period, CancellationToken cancellationToken)
    {
        var values = new
        {
            period.Model,
            since = period.Since ?? DateTimeOffset.UnixEpoch,
            until = period.Until ?? new DateTimeOffset(9999, 1, 1, 0, 0, 0, TimeSpan.Zero),
        };
        var versions = await ReadAsync<VersionCount>(_versions, values, cancellationToken);
        var targets = (await ReadAsync<TargetTotals>(_measure, values, cancellationToken)).ToLookup(target => target.Version);
        return new LiveMetrics
        {
            Model = period.Model,
            Versions =
            [
                .. versions.Select(version => new LiveVersion
                {
                    Version = version.Version,
                    RowCount = version.Count,
                    Targets = targets[version.Version].ToDictionary(target => target.Target, target => target.ToContract()),
                }),
            ],
        };
    }

    private Task<List<T>> ReadAsync<T>(string sql, object values, CancellationToken cancellationToken) => database.ReadAsync(
        async connection => (await connection.QueryAsync<T>(
            new CommandDefinition(sql, values, cancellationToken: cancellationToken))).AsList(),
        cancellationToken);

    private sealed record VersionCount
    {
        public int Version { get; init; }

        public long Count { get; init; }
    }

    private sealed record TargetTotals
    {
        public int Version { get; init; }

        public string Target { get; init; } = "";

        public long Count { get; init; }

        public double? Square { get; init; }

        public double? Mae { get; init; }

        public double? Bias { get; init; }

        public double? Accuracy { get; init; }

        public double? LogLoss { get; init; }

        public double? Brier { get; init; }

        public LiveTarget ToContract() => new()
        {
            LabeledCount = Count,
            Rmse = Square is { } square ? Math.Sqrt(square) : null,
            Mae = Mae,
            Bias = Bias,
            Accuracy = Accuracy,
            LogLoss = LogLoss,
            Brier = Brier,
        };
    }
}
