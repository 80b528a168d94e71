using System.Security.Cryptography;
using Skipper.Shared.Storage.Artifacts;
using Skipper.Testing;

namespace Skipper.Shared.Storage.Tests.Artifacts;

/// <summary>What an artifact store promises, wherever it keeps the bytes.</summary>
public abstract class ArtifactStoreContract : IAsyncLifetime
{
    private protected TestStorage Storage { get; private set; } = null!;

    private protected StorageHost Host { get; private set; } = null!;

    private protected IArtifactStore Artifacts => Host.Artifacts;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract string StoreName { get; }

    public async ValueTask InitializeAsync()
    {
        Storage = await CreateStorageAsync();
        Host = new StorageHost(Storage, ("Skipper:Artifacts:Store", StoreName));
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
    [InlineData(1)]
    [InlineData(1024 * 1024)]
    [InlineData((3 * 1024 * 1024) + 17)]
    public async Task What_was_put_is_read_back_under_its_sha256(int size)
    {
        var content = Content(size);

        var digest = await PutAsync(content);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), digest);
        Assert.Equal(content, await ReadAsync(digest));
    }

    [Fact]
    public async Task The_same_content_is_the_same_artifact()
    {
        var content = Content(5000);

        Assert.Equal(await PutAsync(content), await PutAsync(content));
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Concurrent_puts_of_the_same_content_store_it_once()
    {
        var content = Content((1024 * 1024) + 1);

        var digests = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => PutAsync(content), Token)));

        Assert.Single(digests.Distinct());
        Assert.Equal(1, await CountAsync());
        Assert.Equal(content, await ReadAsync(digests[0]));
    }

    [Fact]
    public async Task A_source_that_breaks_leaves_nothing()
    {
        await using var broken = new BrokenStream(Content(300_000));

        await Assert.ThrowsAsync<IOException>(() => Artifacts.PutAsync(broken, Token));

        Assert.Equal(0, await CountAsync());
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", "no artifact 0000")]
    [InlineData("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855", "64 lower case hex digits, was 'E3B0")]
    [InlineData("../../../../etc/passwd", "64 lower case hex digits, was '../")]
    [InlineData("", "64 lower case hex digits, was ''")]
    public async Task An_artifact_that_is_not_there_is_named(string digest, string expected)
    {
        var exception = await Assert.ThrowsAsync<FileNotFoundException>(() => Artifacts.OpenAsync(digest, Token));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_bytes_are_noticed_at_the_end()
    {
        var digest = await PutAsync(Content(100_000));
        await DamageAsync(digest);

        var exception = await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(digest));

        Assert.Contains(digest, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readers_that_are_synchronous_read_the_same_bytes()
    {
        var content = Content(2_500_000);
        await using var stream = await Artifacts.OpenAsync(await PutAsync(content), Token);
        using var copy = new MemoryStream();

#pragma warning disable CA1849 // The synchronous way is what is tested.
        stream.CopyTo(copy);
#pragma warning restore CA1849

        Assert.Equal(content, copy.ToArray());
    }

    protected abstract Task<TestStorage> CreateStorageAsync();

    /// <summary>How many artifacts are stored, complete or not.</summary>
    protected abstract Task<long> CountAsync();

    /// <summary>Changes one stored byte behind the store's back.</summary>
    protected abstract Task DamageAsync(string digest);

    protected async Task<string> PutAsync(byte[] content)
    {
        await using var stream = new MemoryStream(content);
        return await Artifacts.PutAsync(stream, Token);
    }

    protected async Task<byte[]> ReadAsync(string digest)
    {
        await using var stream = await Artifacts.OpenAsync(digest, Token);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, Token);
        return copy.ToArray();
    }

    protected static byte[] Content(int size)
    {
        var content = new byte[size];
#pragma warning disable CA5394 // Not a secret: any repeatable bytes will do.
        new Random(size).NextBytes(content);
#pragma warning restore CA5394
        return content;
    }

    private sealed class BrokenStream(byte[] content) : MemoryStream(content)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position < Length
                ? await base.ReadAsync(buffer, cancellationToken)
                : throw new IOException("The connection of the sender broke.");
    }
}
