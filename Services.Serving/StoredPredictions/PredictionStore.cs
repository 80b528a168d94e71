using System.Data.Common;
using System.Globalization;
using Dapper;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Serving.StoredPredictions;

/// <summary>Keeps predictions: a request id and a row number are there once, whoever writes them how often.</summary>
internal sealed class PredictionStore([FromKeyedServices(ServingService.Schema)] Database database)
{
    private const string Columns =
        "p.request_id AS RequestId, p.row_number AS RowNumber, p.model AS Model, p.version AS Version, p.source AS Source, "
        + "p.request_digest AS RequestDigest, p.input AS Input, p.output AS Output, p.predicted_at AS PredictedAt";

    // As the databases write it, since within JSON it is only a text.
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    private const string Old = """
        (request_id, row_number) IN
            (SELECT request_id, row_number FROM serving.predictions
             WHERE source = @source AND predicted_at < @before ORDER BY predicted_at, request_id, row_number LIMIT @limit)
        """;

    private readonly string _add = database.Sql($"""
        INSERT INTO serving.predictions
            (request_id, row_number, model, version, source, request_digest, input, output, predicted_at)
        SELECT c.request_id, c.row_number, c.model, c.version, c.source, c.request_digest, c.input, c.output, c.predicted_at
        FROM {RowSet.From(
            database,
            ("request_id", "text"),
            ("row_number", "integer"),
            ("model", "text"),
            ("version", "integer"),
            ("source", "text"),
            ("request_digest", "text"),
            ("input", "text"),
            ("output", "text"),
            ("predicted_at", "timestamptz"))}
        WHERE true
        ON CONFLICT (request_id, row_number) DO NOTHING
        """);

    private readonly string _find = database.Sql(
        $"SELECT {Columns} FROM serving.predictions p WHERE p.request_id = @request ORDER BY p.row_number");

    private readonly string _delete = database.Sql($"DELETE FROM serving.predictions WHERE {Old}");

    private readonly string _deleteLabels = database.Sql($"DELETE FROM serving.labels WHERE {Old}");

    /// <summary>Keeps rows, all or none of a request; returns how many were not there before.</summary>
    public Task<int> AddAsync(IReadOnlyList<PredictionRow> rows, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => ExecuteAsync(transaction, _add, new { Rows = RowSet.Of(rows.Select(Values)) }, cancellationToken), cancellationToken);

    /// <summary>The rows of a request, in their order; empty where it is not known.</summary>
    public Task<List<PredictionRow>> FindAsync(string request, CancellationToken cancellationToken) =>
        ReadAsync(_find, new { request }, cancellationToken);

    /// <summary>Rows from the newest to the oldest, those after <paramref name="last"/> if there is one.</summary>
    public Task<List<PredictionRow>> ListAsync(
        PredictionFilter filter, PageEnd? last, int limit, CancellationToken cancellationToken)
    {
        List<string> conditions = ["true"];
        Add(filter.Model is not null, "p.model = @Model");
        Add(filter.Version is not null, "p.version = @Version");
        Add(filter.Since is not null, "p.predicted_at >= @Since");
        Add(filter.Until is not null, "p.predicted_at < @Until");
        Add(last is not null, "(p.predicted_at, p.request_id, p.row_number) < (@At, @RequestId, @Row)");
        var sql = database.Sql($"""
            SELECT {Columns} FROM serving.predictions p WHERE {string.Join(" AND ", conditions)}
            ORDER BY p.predicted_at DESC, p.request_id DESC, p.row_number DESC LIMIT @limit
            """);
        var values = new
        {
            filter.Model,
            filter.Version,
            filter.Since,
            filter.Until,
            last?.At,
            last?.RequestId,
            last?.Row,
            limit,
        };
        return ReadAsync(sql, values, cancellationToken);

        void Add(bool isWanted, string condition)
        {
            if (isWanted)
            {
                conditions.Add(condition);
            }
        }
    }

    /// <summary>Deletes some rows of a source that are older, with their labels; returns how many.</summary>
    public Task<int> DeleteAsync(string source, DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        var values = new { source, before, limit };
        return database.WriteAsync(
            async transaction =>
            {
                await ExecuteAsync(transaction, _deleteLabels, values, cancellationToken);
                return await ExecuteAsync(transaction, _delete, values, cancellationToken);
            },
            cancellationToken);
    }

    private static object Values(PredictionRow row) => new
    {
        row.RequestId,
        row.RowNumber,
        row.Model,
        row.Version,
        row.Source,
        row.RequestDigest,
        row.Input,
        row.Output,
        PredictedAt = row.PredictedAt.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture),
    };

    private Task<List<PredictionRow>> ReadAsync(string sql, object values, CancellationToken cancellationToken) => database.ReadAsync(
        async connection => (await connection.QueryAsync<PredictionRow>(
            new CommandDefinition(sql, values, cancellationToken: cancellationToken))).AsList(),
        cancellationToken);

    private static Task<int> ExecuteAsync(DbTransaction transaction, string sql, object values, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(sql, values, transaction, cancellationToken: cancellationToken));
}

/// <summary>The last row of a page.</summary>
internal sealed record PageEnd(DateTimeOffset At, string RequestId, int Row);
