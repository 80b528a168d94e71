using Skipper.Gateway.Runs;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Security;

/// <summary>Remembers what was decided; entries are only added.</summary>
internal sealed class AuditStore([FromKeyedServices(GatewayService.Schema)] Database database)
{
    private readonly string _add = database.Sql("""
        INSERT INTO gateway.audit (at, caller, key_id, address, action, status) VALUES (@At, @Caller, @KeyId, @Address, @Action, @Status)
        """);

    private readonly string _list = database.Sql("""
        SELECT seq AS Seq, at AS At, caller AS Caller, key_id AS KeyId, address AS Address, action AS Action, status AS Status
        FROM gateway.audit WHERE seq < @Before ORDER BY seq DESC LIMIT @Limit
        """);

    public Task AddAsync(AuditEntry entry, CancellationToken cancellationToken) => database.WriteAsync(
        transaction => transaction.ExecuteAsync(_add, entry, cancellationToken), cancellationToken);

    /// <summary>The newest entries before one.</summary>
    public Task<List<AuditEntry>> ListAsync(long before, int limit, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.QueryAsync<AuditEntry>(_list, new { Before = before, Limit = limit }, cancellationToken), cancellationToken);
}
