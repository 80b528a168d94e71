using System.Collections.Concurrent;
using System.Data.Common;
using System.Security.Cryptography;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Security;

/// <summary>
/// The good keys in memory, read anew every few seconds while somebody asks. While the database is away, the keys known before stay good.
/// </summary>
internal sealed class ApiKeyRing(ApiKeyStore store, IOptions<AuthOptions> options, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _reading = new(1);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _uses = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, RateLimiter> _limiters = new(StringComparer.Ordinal);
    private volatile Snapshot? _snapshot;

    /// <summary>The key of this text; null where there is none, or it is not good any more.</summary>
    /// <exception cref="MeshException"><see cref="ErrorCode.Unavailable"/>: no key was ever read, and the database cannot be reached.</exception>
    public async ValueTask<ApiKey?> FindAsync(ApiKeyText text, CancellationToken cancellationToken)
    {
        var snapshot = _snapshot;
        if (snapshot is null || time.GetUtcNow() >= snapshot.Until)
        {
            snapshot = await RefreshAsync(cancellationToken);
        }

        var key = snapshot.Keys.GetValueOrDefault(text.Id);
        if (key is null || key.ExpiresAt <= time.GetUtcNow() || !CryptographicOperations.FixedTimeEquals(key.Digest, text.Digest()))
        {
            return null;
        }

        _uses[key.Id] = time.GetUtcNow();
        return key;
    }

    /// <summary>Takes a request from what the key may make in a minute; false where nothing is left.</summary>
    public bool TryTake(ApiKey key)
    {
        var perMinute = key.RequestsPerMinute ?? options.Value.RequestsPerMinute;
        if (perMinute == 0)
        {
            return true;
        }

        var limiter = _limiters.GetOrAdd($"{key.Id}:{perMinute}", static (_, limit) => new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            TokenLimit = Math.Max(1, limit / 6),
            TokensPerPeriod = Math.Max(1, limit / 60),
            ReplenishmentPeriod = TimeSpan.FromSeconds(60.0 * Math.Max(1, limit / 60) / limit),
            AutoReplenishment = true,
            QueueLimit = 0,
        }), perMinute);
        using var lease = limiter.AttemptAcquire();
        return lease.IsAcquired;
    }

    /// <summary>Forgets what was read, because a key was made or revoked here.</summary>
    public void Changed() => _snapshot = _snapshot is { } known ? known with { Until = DateTimeOffset.MinValue } : null;

    public void Dispose()
    {
        _reading.Dispose();
        foreach (var limiter in _limiters.Values)
        {
            limiter.Dispose();
        }
    }

    private async Task<Snapshot> RefreshAsync(CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            var known = _snapshot;
            if (known is not null && time.GetUtcNow() < known.Until)
            {
                return known;
            }

            return _snapshot = await ReadAsync(known, cancellationToken);
        }
        finally
        {
            _reading.Release();
        }
    }

    private async Task<Snapshot> ReadAsync(Snapshot? known, CancellationToken cancellationToken)
    {
        try
        {
            await NoteUsesAsync(cancellationToken);
            var keys = await store.ListGoodAsync(cancellationToken);
            return new Snapshot(keys.ToDictionary(key => key.Id, StringComparer.Ordinal), Next());
        }
        catch (DbException exception)
        {
            return known is null
                ? throw MeshException.Unavailable("The database with the API keys cannot be reached now. Try again.", exception)
                : known with { Until = Next() };
        }
    }

    private async Task NoteUsesAsync(CancellationToken cancellationToken)
    {
        (string, DateTimeOffset)[] uses = [.. _uses.Select(use => (use.Key, use.Value))];
        if (uses.Length > 0)
        {
            await store.UsedAsync(uses, cancellationToken);
            _uses.Clear();
        }
    }

    private DateTimeOffset Next() => time.GetUtcNow().AddSeconds(options.Value.RefreshSeconds);

    private sealed record Snapshot(Dictionary<string, ApiKey> Keys, DateTimeOffset Until);
}
