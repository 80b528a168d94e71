using System.Security.Cryptography;
using Skipper.Shared.Storage.Payloads;
using Skipper.Testing;

namespace Skipper.Shared.Storage.Tests.Payloads;

/// <summary>What blobs that expire promise, wherever they are kept.</summary>
public abstract class BlobContract : IAsyncLifetime
{
    private readonly SettableTime _time = new();

    private protected TestStorage Storage { get; private set; } = null!;

    private protected StorageHost Host { get; private set; } = null!;

    private protected IExpiringBlobs Blobs => Host.Blobs;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract string StoreName { get; }

    public async ValueTask InitializeAsync()
    {
        Storage = await CreateStorageAsync();
        Host = new StorageHost(Storage, _time, ("Skipper:Artifacts:Store", StoreName));
    }

    public async ValueTask DisposeAsync()
    {
        Host?.Dispose();
        if (Storage is not null)
        {
            await Storage.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1024 * 1024)]
    [InlineData((3 * 1024 * 1024) + 17)]
    public async Task What_was_put_is_read_back(int size)
    {
        var (digest, content) = await PutAsync(size, TimeSpan.FromHours(1));
        Assert.Equal(content, await ReadAsync(digest));
    }

    [Fact]
    public async Task What_was_never_put_is_not_there() => Assert.Null(await Blobs.OpenAsync(new string('0', 64), Token));

    [Fact]
    public async Task A_sweep_deletes_what_has_expired_and_nothing_else()
    {
        var artifact = await Host.Artifacts.PutAsync(new MemoryStream(new byte[1000]), Token);
        var (soon, _) = await PutAsync(1000, TimeSpan.FromHours(1));
        var (later, _) = await PutAsync(2000, TimeSpan.FromHours(5));
        Assert.Equal(0, await Blobs.SweepAsync(Token));

        _time.Advance(TimeSpan.FromHours(3));

        Assert.Equal(1, await Blobs.SweepAsync(Token));
        Assert.Null(await Blobs.OpenAsync(soon, Token));
        Assert.NotNull(await ReadAsync(later));
        await using var kept = await Host.Artifacts.OpenAsync(artifact, Token);
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(5, 1)]
    public async Task Put_twice_it_lives_until_the_later_time(int first, int second)
    {
        var (digest, _) = await PutAsync(1000, TimeSpan.FromHours(first));
        await PutAsync(1000, TimeSpan.FromHours(second));

        _time.Advance(TimeSpan.FromHours(3));
        await Blobs.SweepAsync(Token);
        Assert.NotNull(await ReadAsync(digest));

        _time.Advance(TimeSpan.FromHours(4));
        await Blobs.SweepAsync(Token);
        Assert.Null(await Blobs.OpenAsync(digest, Token));
    }

    [Fact]
    public async Task Puts_and_sweeps_side_by_side_lose_nothing()
    {
        await PutAsync(1000, TimeSpan.FromHours(-5));
        var sweeps = Enumerable.Range(0, 8).Select(_ => Task.Run(() => Blobs.SweepAsync(Token), Token));
        var puts = Enumerable.Range(0, 8).Select(_ => Task.Run(() => PutAsync(1000, TimeSpan.FromHours(2)), Token));
        await Task.WhenAll([.. sweeps, .. puts]);

        var (digest, content) = Content(1000);
        Assert.Equal(content, await ReadAsync(digest));
    }

    [Fact]
    public async Task Damaged_bytes_are_noticed_at_the_end()
    {
        var (digest, _) = await PutAsync(100_000, TimeSpan.FromHours(1));
        await DamageAsync(digest);
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(digest));
    }

    protected abstract Task<TestStorage> CreateStorageAsync();

    protected abstract Task DamageAsync(string digest);

    private async Task<(string Digest, byte[] Content)> PutAsync(int size, TimeSpan lifetime)
    {
        var (digest, content) = Content(size);
        await Blobs.PutAsync(digest, content, _time.GetUtcNow() + lifetime, Token);
        return (digest, content);
    }

    private async Task<byte[]> ReadAsync(string digest)
    {
        await using var stream = await Blobs.OpenAsync(digest, Token);
        using var copy = new MemoryStream();
        await stream!.CopyToAsync(copy, Token);
        return copy.ToArray();
    }

    private static (string Digest, byte[] Content) Content(int size)
    {
        var content = Enumerable.Range(0, size).Select(i => (byte)(i * 31)).ToArray();
        return (Convert.ToHexStringLower(SHA256.HashData(content)), content);
    }

    /// <summary>Goes on when it is told to; timers are those of the system.</summary>
    private sealed class SettableTime : TimeProvider
    {
        private TimeSpan _ahead;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _ahead;

        public void Advance(TimeSpan duration) => _ahead += duration;
    }
}
