using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Data.Quality;

/// <summary>Remembers standards and suites; a version, once there, never changes.</summary>
internal sealed class DeclarationStore([FromKeyedServices(DataService.Schema)] Database database, TimeProvider time)
{
    private const string Columns = "kind, name, version, source, digest, created_at AS CreatedAt";

    private readonly string _find = database.Sql($"""
        SELECT {Columns} FROM data.declarations
        WHERE kind = @Kind AND name = @Name AND version = COALESCE(@Version, (
            SELECT MAX(version) FROM data.declarations WHERE kind = @Kind AND name = @Name))
        """);

    private readonly string _list = database.Sql($"""
        SELECT {Columns} FROM data.declarations d
        WHERE kind = @kind AND version = (SELECT MAX(version) FROM data.declarations WHERE kind = d.kind AND name = d.name)
        ORDER BY name
        """);

    private readonly string _add = database.Sql("""
        INSERT INTO data.declarations (kind, name, version, source, digest, created_at)
        VALUES (@Kind, @Name, @Version, @Source, @Digest, @CreatedAt)
        """);

    public Task<DeclarationVersion?> FindAsync(DeclarationName name, CancellationToken cancellationToken) =>
        database.ReadAsync(
            connection => connection.QuerySingleOrDefaultAsync<DeclarationVersion?>(
                new CommandDefinition(_find, name, cancellationToken: cancellationToken)),
            cancellationToken);

    public Task<List<DeclarationVersion>> ListAsync(string kind, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async connection => (await connection.QueryAsync<DeclarationVersion>(
                new CommandDefinition(_list, new { kind }, cancellationToken: cancellationToken)))
                .Select(version => version with { Source = null }).ToList(),
            cancellationToken);

    /// <summary>Adds a version under the next number, unless the newest has this text.</summary>
    public Task<DeclarationVersion> AddAsync(string kind, string name, string source, CancellationToken cancellationToken)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source)));
        return database.WriteAsync(
            async transaction =>
            {
                await LockAsync(transaction, $"{kind}/{name}");
                var newest = await transaction.Connection!.QuerySingleOrDefaultAsync<DeclarationVersion?>(
                    _find, new DeclarationName { Kind = kind, Name = name }, transaction);
                if (newest?.Digest == digest)
                {
                    return newest;
                }

                var now = time.GetUtcNow();
                var added = new DeclarationVersion
                {
                    Kind = kind,
                    Name = name,
                    Version = (newest?.Version ?? 0) + 1,
                    Source = source,
                    Digest = digest,
                    CreatedAt = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond)),
                };
                await transaction.Connection!.ExecuteAsync(_add, added, transaction);
                return added;
            },
            cancellationToken);
    }

    /// <summary>Two that add to the same name at once are numbered one after the other; SQLite has one writer anyway.</summary>
    private Task LockAsync(DbTransaction transaction, string name) => database.Dialect is Dialect.PostgreSql
        ? transaction.Connection!.ExecuteAsync(
            "SELECT pg_advisory_xact_lock(hashtextextended('skipper.declarations.' || @name, 0))", new { name }, transaction)
        : Task.CompletedTask;
}
