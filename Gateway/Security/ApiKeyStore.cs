using Skipper.Gateway.Runs;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Security;

/// <summary>Remembers keys; a revoked one is kept, so that the audit log can be read later.</summary>
internal sealed class ApiKeyStore([FromKeyedServices(GatewayService.Schema)] Database database, TimeProvider time)
{
    private const string Columns = """
        id AS Id, name AS Name, scope AS Scope, digest AS Digest, requests_per_minute AS RequestsPerMinute, created_at AS CreatedAt,
        expires_at AS ExpiresAt, revoked_at AS RevokedAt, last_used_at AS LastUsedAt
        """;

    private readonly string _add = database.Sql("""
        INSERT INTO gateway.api_keys (id, name, scope, digest, requests_per_minute, created_at, expires_at)
        VALUES (@Id, @Name, @Scope, @Digest, @RequestsPerMinute, @CreatedAt, @ExpiresAt)
        """);

    private readonly string _list = database.Sql($"SELECT {Columns} FROM gateway.api_keys ORDER BY created_at, id");

    private readonly string _good = database.Sql(
        $"SELECT {Columns} FROM gateway.api_keys WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > @Now)");

    private readonly string _revoke = database.Sql(
        "UPDATE gateway.api_keys SET revoked_at = @Now WHERE id = @Id AND revoked_at IS NULL");

    private readonly string _expire = database.Sql("""
        UPDATE gateway.api_keys SET expires_at = @At
        WHERE id = @Id AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > @At)
        """);

    private readonly string _used = database.Sql(
        "UPDATE gateway.api_keys SET last_used_at = @At WHERE id = @Id AND (last_used_at IS NULL OR last_used_at < @At)");

    /// <summary>Makes a key; its text is told here and never again.</summary>
    public async Task<ApiKeyText> CreateAsync(NewApiKey wanted, CancellationToken cancellationToken)
    {
        var (text, row) = Make(wanted);
        await database.WriteAsync(transaction => transaction.ExecuteAsync(_add, row, cancellationToken), cancellationToken);
        return text;
    }

    /// <summary>Makes a key in the place of another, which is good until a time; null where there is no such key to replace.</summary>
    public Task<ApiKeyText?> RotateAsync(string id, NewApiKey wanted, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var (text, row) = Make(wanted);
        return database.WriteAsync<ApiKeyText?>(
            async transaction =>
            {
                if (await transaction.ExecuteAsync(_expire, new { Id = id, At = until }, cancellationToken) == 0)
                {
                    return null;
                }

                await transaction.ExecuteAsync(_add, row, cancellationToken);
                return text;
            },
            cancellationToken);
    }

    /// <summary>All keys, those that are not good any more included.</summary>
    public Task<List<ApiKey>> ListAsync(CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.QueryAsync<ApiKey>(_list, null, cancellationToken), cancellationToken);

    /// <summary>The keys that are good now.</summary>
    public Task<List<ApiKey>> ListGoodAsync(CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.QueryAsync<ApiKey>(_good, new { Now = time.GetUtcNow() }, cancellationToken), cancellationToken);

    /// <summary>False where there is no such key, or it was revoked before.</summary>
    public async Task<bool> RevokeAsync(string id, CancellationToken cancellationToken) => await database.WriteAsync(
        transaction => transaction.ExecuteAsync(_revoke, new { Id = id, Now = time.GetUtcNow() }, cancellationToken), cancellationToken) == 1;

    /// <summary>Notes when keys were used.</summary>
    public Task UsedAsync(IReadOnlyCollection<(string Id, DateTimeOffset At)> uses, CancellationToken cancellationToken) => database.WriteAsync(
        async transaction =>
        {
            foreach (var (id, at) in uses)
            {
                await transaction.ExecuteAsync(_used, new { Id = id, At = at }, cancellationToken);
            }

            return uses.Count;
        },
        cancellationToken);

    private (ApiKeyText Text, ApiKey Row) Make(NewApiKey wanted)
    {
        var text = ApiKeyText.Create();
        return (text, new ApiKey
        {
            Id = text.Id,
            Name = wanted.Name,
            Scope = wanted.Scope.Name(),
            Digest = text.Digest(),
            RequestsPerMinute = wanted.RequestsPerMinute,
            CreatedAt = time.GetUtcNow(),
            ExpiresAt = wanted.ExpiresAt,
        });
    }
}

/// <summary>A key that somebody wants.</summary>
internal sealed record NewApiKey(string Name, Scope Scope, int? RequestsPerMinute, DateTimeOffset? ExpiresAt);
