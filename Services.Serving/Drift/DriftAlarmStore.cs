using System.Data.Common;
using Dapper;
using Skipper.Services.Serving.Models;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Serving.Drift;

/// <summary>An input (<c>feature</c>) or output (<c>prediction</c>) of a version.</summary>
internal sealed record DriftColumn(string Kind, string Name);

/// <summary>
/// Which columns of which versions are known to have drifted, for all workers: each drift is announced once, by whoever claims it, and
/// by another worker where that one died before it had said so.
/// </summary>
internal sealed class DriftAlarmStore([FromKeyedServices(ServingService.Schema)] Database database)
{
    private static readonly TimeSpan ClaimedFor = TimeSpan.FromMinutes(1);

    private readonly string _list = database.Sql(
        """
        SELECT kind AS Kind, name AS Name, CASE WHEN announce_at IS NULL THEN 1 ELSE 0 END AS Announced
        FROM serving.drift_alarms WHERE model = @Name AND version = @Version
        """);

    private readonly string _clear = database.Sql(
        "DELETE FROM serving.drift_alarms WHERE model = @Model AND version = @Version AND kind = @Kind AND name = @Name");

    private readonly string _raise = database.Sql(
        """
        INSERT INTO serving.drift_alarms (model, version, kind, name, raised_at, announce_at)
        VALUES (@Model, @Version, @Kind, @Name, @now, @now)
        ON CONFLICT (model, version, kind, name) DO NOTHING
        """);

    private readonly string _claim = database.Sql(
        """
        UPDATE serving.drift_alarms SET announce_at = @until
        WHERE model = @Name AND version = @Version AND announce_at <= @now
        RETURNING kind AS Kind, name AS Name
        """);

    private readonly string _announced = database.Sql(
        """
        UPDATE serving.drift_alarms SET announce_at = NULL
        WHERE model = @Model AND version = @Version AND kind = @Kind AND name = @Name
        """);

    /// <summary>The columns that are known to have drifted, and whether that has been announced.</summary>
    public async Task<IReadOnlyDictionary<DriftColumn, bool>> ListAsync(ModelReference version, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<(string Kind, string Name, int Announced)>(new CommandDefinition(
                _list, new { version.Name, version.Version }, cancellationToken: cancellationToken)),
            cancellationToken);
        return rows.ToDictionary(row => new DriftColumn(row.Kind, row.Name), row => row.Announced == 1);
    }

    /// <summary>Notes what has drifted and what has come back.</summary>
    /// <returns>What the caller is to announce, within a minute.</returns>
    public Task<IReadOnlyList<DriftColumn>> ChangeAsync(
        ModelReference version,
        IReadOnlyList<DriftColumn> drifted,
        IReadOnlyList<DriftColumn> calm,
        DateTimeOffset now,
        CancellationToken cancellationToken) => database.WriteAsync<IReadOnlyList<DriftColumn>>(
        async transaction =>
        {
            await ExecuteAsync(_clear, version, calm, now, transaction, cancellationToken);
            await ExecuteAsync(_raise, version, drifted, now, transaction, cancellationToken);
            var claimed = await transaction.Connection!.QueryAsync<(string Kind, string Name)>(new CommandDefinition(
                _claim,
                new { version.Name, version.Version, now, until = now + ClaimedFor },
                transaction,
                cancellationToken: cancellationToken));
            return [.. claimed.Select(column => new DriftColumn(column.Kind, column.Name))];
        },
        cancellationToken);

    /// <summary>Everybody has been told.</summary>
    public Task AnnouncedAsync(
        ModelReference version, IReadOnlyList<DriftColumn> columns, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => ExecuteAsync(_announced, version, columns, now, transaction, cancellationToken), cancellationToken);

    // In one order, so that two workers never wait for each other in a circle.
    private static Task<int> ExecuteAsync(
        string sql,
        ModelReference version,
        IEnumerable<DriftColumn> columns,
        DateTimeOffset now,
        DbTransaction transaction,
        CancellationToken cancellationToken) => transaction.Connection!.ExecuteAsync(new CommandDefinition(
            sql,
            columns.OrderBy(column => column.Kind, StringComparer.Ordinal).ThenBy(column => column.Name, StringComparer.Ordinal)
                .Select(column => new { Model = version.Name, version.Version, column.Kind, column.Name, now }).ToList(),
            transaction,
            cancellationToken: cancellationToken));
}
