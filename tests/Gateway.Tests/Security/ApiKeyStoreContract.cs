using Skipper.Gateway.Security;
using Skipper.Gateway.Tests.RunsApi;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.Security;

/// <summary>What becomes of keys and of the audit log, on every database.</summary>
public abstract class ApiKeyStoreContract : IAsyncLifetime
{
    private static readonly NewApiKey Wanted = new("ci", Scope.Run, 600, null);

    private RunsApiHost _host = null!;
    private ApiKeyStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract Task<TestStorage> CreateStorageAsync();

    public async ValueTask InitializeAsync()
    {
        _host = new RunsApiHost(await CreateStorageAsync());
        _store = new ApiKeyStore(_host.Database, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_key_is_stored_without_its_secret()
    {
        var text = await _store.CreateAsync(Wanted, Token);
        var key = Assert.Single(await _store.ListGoodAsync(Token));

        Assert.Equal((text.Id, "ci", "run", 600), (key.Id, key.Name, key.Scope, key.RequestsPerMinute));
        Assert.Equal(text.Digest(), key.Digest);
    }

    [Fact]
    public async Task A_revoked_or_expired_key_is_kept_and_not_good()
    {
        var (revoked, expired) = (await _store.CreateAsync(Wanted, Token), await _store.CreateAsync(Wanted, Token));

        Assert.True(await _store.RevokeAsync(revoked.Id, Token));
        Assert.False(await _store.RevokeAsync(revoked.Id, Token));
        var next = await _store.RotateAsync(expired.Id, Wanted, DateTimeOffset.UnixEpoch, Token);

        Assert.Null(await _store.RotateAsync(revoked.Id, Wanted, DateTimeOffset.UnixEpoch, Token));
        Assert.Equal(next!.Id, Assert.Single(await _store.ListGoodAsync(Token)).Id);
        Assert.Equal(3, (await _store.ListAsync(Token)).Count);
    }

    [Fact]
    public async Task The_last_use_is_remembered()
    {
        var id = (await _store.CreateAsync(Wanted, Token)).Id;
        var at = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

        await _store.UsedAsync([(id, at)], Token);
        await _store.UsedAsync([(id, at.AddMinutes(-1))], Token);

        Assert.Equal(at, Assert.Single(await _store.ListAsync(Token)).LastUsedAt);
    }

    [Fact]
    public async Task The_audit_log_is_read_backward_page_by_page()
    {
        var audit = new AuditStore(_host.Database);
        for (var i = 0; i < 5; i++)
        {
            await audit.AddAsync(
                new AuditEntry { At = DateTimeOffset.UnixEpoch, Caller = "ops", KeyId = "k", Address = "::1", Action = $"PUT /{i}", Status = 200 }, Token);
        }

        var newest = await audit.ListAsync(long.MaxValue, 3, Token);
        var older = await audit.ListAsync(newest[^1].Seq, 3, Token);

        Assert.Equal(["PUT /4", "PUT /3", "PUT /2", "PUT /1", "PUT /0"], newest.Concat(older).Select(entry => entry.Action));
    }
}

public sealed class SqliteApiKeyStoreTests : ApiKeyStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}

public sealed class PostgreSqlApiKeyStoreTests : ApiKeyStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
