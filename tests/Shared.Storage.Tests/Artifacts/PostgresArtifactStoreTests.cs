using Dapper;
using Npgsql;
using Skipper.Testing;

namespace Skipper.Shared.Storage.Tests.Artifacts;

public sealed class PostgresArtifactStoreTests : ArtifactStoreContract
{
    protected override string StoreName => "postgresql";

    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();

    protected override async Task<long> CountAsync()
    {
        // A put that failed before its first statement has not even made the schema.
        await Assert.ThrowsAsync<FileNotFoundException>(() => Artifacts.OpenAsync(new string('0', 64), Token));
        return await ExecuteAsync(connection => connection.ExecuteScalarAsync<long>(
            "SELECT count(*) FROM artifacts.blobs b WHERE EXISTS (SELECT 1 FROM artifacts.chunks c WHERE c.digest = b.digest)"));
    }

    protected override Task DamageAsync(string digest) => ExecuteAsync(connection => connection.ExecuteAsync(
        "UPDATE artifacts.chunks SET bytes = set_byte(bytes, 0, 255 - get_byte(bytes, 0)) WHERE digest = @digest",
        new { digest }));

    private async Task<T> ExecuteAsync<T>(Func<NpgsqlConnection, Task<T>> execute)
    {
        await using var connection = new NpgsqlConnection(Storage.ConnectionString);
        await connection.OpenAsync(Token);
        return await execute(connection);
    }
}
