using System.Data.Common;
using System.Text.Json;
using Dapper;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Data.Quality;

/// <summary>Remembers reports, also of imports that were not published.</summary>
internal sealed class QualityReportStore([FromKeyedServices(DataService.Schema)] Database database)
{
    private const int MostListed = 100;

    private readonly string _add = database.Sql("""
        INSERT INTO data.quality_reports (id, dataset, version, suite, status, report, created_at)
        VALUES (@id, @Dataset, @Version, @Suite, @Status, @report, @StartedAt)
        """);

    private readonly string _find = database.Sql("""
        SELECT report FROM data.quality_reports
        WHERE dataset = @Name AND (CAST(@Version AS integer) IS NULL OR version = @Version) ORDER BY id DESC LIMIT @limit
        """);

    private readonly string _findId = database.Sql("SELECT report FROM data.quality_reports WHERE dataset = @dataset AND id = @id");

    /// <summary>Adds a report on its own.</summary>
    public Task AddAsync(QualityReport report, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async transaction =>
            {
                await AddAsync(transaction, report, cancellationToken);
                return true;
            },
            cancellationToken);

    /// <summary>Adds a report together with what it is about.</summary>
    public Task AddAsync(DbTransaction transaction, QualityReport report, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            _add,
            new
            {
                id = Guid.Parse(report.RunId),
                report.Dataset,
                report.Version,
                report.Suite,
                report.Status,
                report = JsonSerializer.Serialize(report, MessageJson.Options),
                report.StartedAt,
            },
            transaction,
            cancellationToken: cancellationToken));

    /// <summary>The newest report about a dataset, or about one of its versions; null where there is none.</summary>
    public async Task<QualityReport?> FindAsync(DatasetName name, CancellationToken cancellationToken) =>
        (await ReadAsync(name, 1, cancellationToken)).FirstOrDefault();

    /// <summary>The report with an id; null where the dataset has none.</summary>
    public Task<QualityReport?> FindAsync(string dataset, Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async connection => await connection.QuerySingleOrDefaultAsync<string>(new CommandDefinition(
                _findId, new { dataset, id }, cancellationToken: cancellationToken)) is { } text ? Parse(text) : null,
            cancellationToken);

    /// <summary>The newest report about a dataset, or about one of its versions.</summary>
    /// <exception cref="MeshException"><see cref="ErrorCode.NotFound"/>: there is none.</exception>
    public async Task<QualityReport> RequireAsync(DatasetName name, CancellationToken cancellationToken) =>
        await FindAsync(name, cancellationToken) ?? throw MeshException.NotFound(name.Version is { } version
            ? $"There is no quality report about version {version} of dataset '{name.Name}'."
            : $"There is no quality report about dataset '{name.Name}': put a suite of this name, and import again.");

    /// <summary>Newest first.</summary>
    public Task<List<QualityReport>> ListAsync(string dataset, CancellationToken cancellationToken) =>
        ReadAsync(new DatasetName { Name = dataset }, MostListed, cancellationToken);

    private Task<List<QualityReport>> ReadAsync(DatasetName name, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async connection => (await connection.QueryAsync<string>(new CommandDefinition(
                _find, new { name.Name, name.Version, limit }, cancellationToken: cancellationToken)))
                .Select(Parse).ToList(),
            cancellationToken);

    private static QualityReport Parse(string report) => JsonSerializer.Deserialize<QualityReport>(report, MessageJson.Options)!;
}
