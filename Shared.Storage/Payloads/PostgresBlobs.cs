using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Skipper.Shared.Storage.Artifacts;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Shared.Storage.Payloads;

/// <summary>Blobs as rows of 1 MiB in PostgreSQL, in tables of their own, shared by all replicas.</summary>
internal sealed class PostgresBlobs(
    [FromKeyedServices(PostgresArtifactStore.Schema)] Database database, TimeProvider time) : IExpiringBlobs
{
    private const int ChunkSize = 1024 * 1024;

    // The row lock that the update takes keeps a sweep away from what was just prolonged.
    private const string Prolong = "UPDATE artifacts.payloads SET expires_at = GREATEST(expires_at, @expires) WHERE digest = @digest";

    private const string Announce =
        "INSERT INTO artifacts.payloads (digest, size, expires_at) VALUES (@digest, @size, @expires) ON CONFLICT (digest) DO NOTHING";

    private const string Append = "INSERT INTO artifacts.payload_chunks (digest, position, bytes) VALUES (@digest, @position, @bytes)";

    public Task PutAsync(
        string digest, ReadOnlyMemory<byte> content, DateTimeOffset expires, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async transaction =>
            {
                var connection = transaction.Connection!;
                var blob = new { digest, size = (long)content.Length, expires };
                while (await connection.ExecuteAsync(new CommandDefinition(
                    Announce, blob, transaction, cancellationToken: cancellationToken)) == 0)
                {
                    if (await connection.ExecuteAsync(new CommandDefinition(
                        Prolong, blob, transaction, cancellationToken: cancellationToken)) == 1)
                    {
                        return true;
                    }

                    // A sweep deleted it between the two statements, so it is announced anew.
                }

                for (var position = 0; position * ChunkSize < content.Length; position++)
                {
                    var rest = content[(position * ChunkSize)..];
                    var bytes = (rest.Length > ChunkSize ? rest[..ChunkSize] : rest).ToArray();
                    await connection.ExecuteAsync(new CommandDefinition(
                        Append, new { digest, position, bytes }, transaction, cancellationToken: cancellationToken));
                }

                return true;
            },
            cancellationToken);

    public async Task<Stream?> OpenAsync(string digest, CancellationToken cancellationToken)
    {
        var exists = await database.ReadAsync(
            connection => connection.ExecuteScalarAsync<bool>(new CommandDefinition(
                "SELECT EXISTS (SELECT 1 FROM artifacts.payloads WHERE digest = @digest)",
                new { digest },
                cancellationToken: cancellationToken)),
            cancellationToken);
        return exists ? new VerifiedStream(new ChunkStream(database, "artifacts.payload_chunks", digest), digest) : null;
    }

    public Task<int> SweepAsync(CancellationToken cancellationToken) => database.WriteAsync(
        transaction => transaction.Connection!.ExecuteAsync(new CommandDefinition(
            "DELETE FROM artifacts.payloads WHERE expires_at < @now",
            new { now = time.GetUtcNow() },
            transaction,
            cancellationToken: cancellationToken)),
        cancellationToken);
}
