using Skipper.Shared.Messaging.Contracts;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Features;

/// <summary>What the store of transforms promises on either database.</summary>
public abstract class TransformStoreContract : IAsyncLifetime
{
    private TestStorage _storage = null!;
    private DataHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _storage = await CreateStorageAsync();
        _host = new DataHost(_storage);
        await _host.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        if (_storage is not null)
        {
            await _storage.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_version_has_the_transforms_that_were_fitted_to_it_each_once()
    {
        await _host.ImportAsync("numbers", Csv(0));
        var scaled = await FitAsync("z_score", 1);
        var ranged = await FitAsync("min_max", 1);
        var again = await FitAsync("z_score", 1);
        await _host.ImportAsync("numbers", Csv(5));
        var newer = await FitAsync("z_score", null);

        var first = await ListAsync(1);
        Assert.Equal((scaled.Transform, 2), (again.Transform, first.Count));
        Assert.Equal([ranged.Transform, scaled.Transform], first.Select(fit => fit.Transform));
        Assert.Equivalent(ranged, first[0], strict: true);
        Assert.Equal([newer.Transform], (await ListAsync(null)).Select(fit => fit.Transform));
    }

    [Fact]
    public async Task A_version_without_transforms_has_none()
    {
        await _host.ImportAsync("numbers", Csv(0));

        Assert.Empty(await ListAsync(null));
    }

    protected abstract Task<TestStorage> CreateStorageAsync();

    private static string Csv(int shift) => "x,y\n" + string.Concat(Enumerable.Range(0, 30).Select(i => $"{i + shift},{i * 2}\n"));

    private Task<TransformFit> FitAsync(string kind, int? version) => _host.Rpc.CallAsync(
        new FitTransform
        {
            Data = new TransformOptions
            {
                Dataset = "numbers",
                Version = version,
                Targets = ["y"],
                Columns = [new TransformColumn { Column = "x", Steps = [new TransformStep { Kind = kind }] }],
            },
        },
        cancellationToken: Token);

    private async Task<IReadOnlyList<TransformFit>> ListAsync(int? version) => (await _host.Rpc.CallAsync(
        new ListTransforms { Data = new DatasetName { Name = "numbers", Version = version } }, cancellationToken: Token)).Transforms;
}

public sealed class SqliteTransformStoreTests : TransformStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}

public sealed class PostgreSqlTransformStoreTests : TransformStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
