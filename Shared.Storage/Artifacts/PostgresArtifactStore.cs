using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Shared.Storage.Artifacts;

/// <summary>
/// Artifacts as rows of 1 MiB in PostgreSQL, shared by all replicas; never more than one row in memory.
/// </summary>
internal sealed class PostgresArtifactStore(
    [FromKeyedServices(PostgresArtifactStore.Schema)] Database database, TimeProvider time) : IArtifactStore
{
    public const string Schema = "artifacts";
    private const int ChunkSize = 1024 * 1024;

    private const string Announce =
        "INSERT INTO artifacts.blobs (digest, size, created_at) VALUES (@digest, @size, @now) ON CONFLICT (digest) DO NOTHING";

    private const string Append = "INSERT INTO artifacts.chunks (digest, position, bytes) VALUES (@digest, @position, @bytes)";

    public async Task<string> PutAsync(Stream content, CancellationToken cancellationToken)
    {
        // Through a file, because the digest is the key: a slow caller must not hold a transaction open meanwhile.
        await using var spool = new FileStream(
            Path.Combine(Path.GetTempPath(), $"skipper-{Guid.NewGuid():N}"),
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.None,
            Digest.BufferSize,
            FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        var digest = await Digest.CopyAsync(content, spool, cancellationToken);
        if (await ExistsAsync(digest, cancellationToken))
        {
            return digest;
        }

        spool.Position = 0;
        return await database.WriteAsync(
            async transaction =>
            {
                var connection = transaction.Connection!;

                // Of two that store the same content, the second waits here for the first, then has nothing to do.
                var blob = new { digest, size = spool.Length, now = time.GetUtcNow() };
                if (await connection.ExecuteAsync(Announce, blob, transaction) == 0)
                {
                    return digest;
                }

                var buffer = new byte[ChunkSize];
                for (var position = 0; ; position++)
                {
                    var read = await spool.ReadAtLeastAsync(buffer, ChunkSize, throwOnEndOfStream: false, cancellationToken);
                    if (read == 0)
                    {
                        return digest;
                    }

                    var bytes = read == ChunkSize ? buffer : buffer[..read];
                    await connection.ExecuteAsync(new CommandDefinition(
                        Append, new { digest, position, bytes }, transaction, cancellationToken: cancellationToken));
                }
            },
            cancellationToken);
    }

    public async Task<Stream> OpenAsync(string digest, CancellationToken cancellationToken)
    {
        if (!Digest.IsValid(digest) || !await ExistsAsync(digest, cancellationToken))
        {
            throw Digest.Missing(digest, "PostgreSQL");
        }

        return new VerifiedStream(new ChunkStream(database, "artifacts.chunks", digest), digest);
    }

    private Task<bool> ExistsAsync(string digest, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            "SELECT EXISTS (SELECT 1 FROM artifacts.blobs WHERE digest = @digest)",
            new { digest },
            cancellationToken: cancellationToken)),
        cancellationToken);
}
