using Skipper.Testing;

namespace Skipper.Shared.Storage.Tests.Artifacts;

public sealed class FileArtifactStoreTests : ArtifactStoreContract
{
    protected override string StoreName => "filesystem";

    private string Folder => Path.Combine(Storage.Folder, "artifacts");

    [Fact]
    public async Task Putting_a_damaged_artifact_again_mends_it()
    {
        var content = Content(10_000);
        var digest = await PutAsync(content);
        await DamageAsync(digest);

        await PutAsync(content);

        Assert.Equal(content, await ReadAsync(digest));
    }

    [Fact]
    public async Task Files_are_spread_over_two_levels_of_folders()
    {
        var digest = await PutAsync(Content(10));

        Assert.True(File.Exists(Path.Combine(Folder, digest[..2], digest[2..4], digest)));
    }

    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());

    protected override Task<long> CountAsync() =>
        Task.FromResult(Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).LongCount());

    protected override async Task DamageAsync(string digest)
    {
        var path = Path.Combine(Folder, digest[..2], digest[2..4], digest);
        var bytes = await File.ReadAllBytesAsync(path, Token);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, Token);
    }
}
