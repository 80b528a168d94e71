using Skipper.Testing;

namespace Skipper.Shared.Storage.Tests.Payloads;

public sealed class FileBlobsTests : BlobContract
{
    protected override string StoreName => "filesystem";

    [Theory]
    [InlineData("../../secret")]
    [InlineData("")]
    public async Task A_name_that_is_no_digest_reaches_no_file(string name)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Blobs.OpenAsync(name, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Blobs.PutAsync(name, new byte[1], DateTimeOffset.MaxValue, Token));
    }

    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());

    protected override async Task DamageAsync(string digest)
    {
        var path = Assert.Single(Directory.GetFiles(Path.Combine(Storage.Folder, "payloads"), digest, SearchOption.AllDirectories));
        var bytes = await File.ReadAllBytesAsync(path, Token);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, Token);
    }
}
