using Dapper;
using Npgsql;
using Skipper.Testing;

namespace Skipper.Shared.Storage.Tests.Payloads;

public sealed class PostgresBlobsTests : BlobContract
{
    protected override string StoreName => "postgresql";

    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();

    protected override async Task DamageAsync(string digest)
    {
        await using var connection = new NpgsqlConnection(Storage.ConnectionString);
        await connection.ExecuteAsync(
            "UPDATE artifacts.payload_chunks SET bytes = set_byte(bytes, 0, 255 - get_byte(bytes, 0)) WHERE digest = @digest",
            new { digest });
    }
}
