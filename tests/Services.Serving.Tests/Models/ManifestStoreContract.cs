using System.Text.Json;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Testing;

namespace Skipper.Services.Serving.Tests.Models;

/// <summary>What the store of manifests promises, whichever database it is kept in.</summary>
public abstract class ManifestStoreContract : IAsyncLifetime
{
    private TestStorage _storage = null!;
    private ServingHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _storage = await CreateStorageAsync();
        _host = new ServingHost(_storage, new FakeTrainingService());
    }

    public async ValueTask DisposeAsync()
    {
        if (_storage is not null)
        {
            await _host.DisposeAsync();
            await _storage.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task The_newest_manifest_of_each_model_is_kept_complete()
    {
        var newest = Samples.Manifest("housing", 3, new string('c', 64));
        await _host.Manifests.SaveAsync(Samples.Manifest("housing", 2, new string('a', 64)), Token);
        await _host.Manifests.SaveAsync(newest, Token);
        await _host.Manifests.SaveAsync(Samples.Manifest("housing", 1, new string('b', 64)), Token);
        await _host.Manifests.SaveAsync(Samples.Manifest("cars", 1, new string('d', 64)), Token);

        var list = await _host.Manifests.ListAsync(Token);

        Assert.Equal([("cars", 1), ("housing", 3)], list.Select(model => (model.Name, model.Version)));
        Assert.Equal(Text(newest), Text(list[1]));
    }

    [Fact]
    public async Task Nothing_is_kept_at_first() => Assert.Empty(await _host.Manifests.ListAsync(Token));

    protected abstract Task<TestStorage> CreateStorageAsync();

    private static string Text(ModelVersion model) => JsonSerializer.Serialize(model, MessageJson.Options);
}
