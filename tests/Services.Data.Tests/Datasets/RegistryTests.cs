using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Datasets;

/// <summary>The data service on either database, and two versions of a dataset.</summary>
public abstract class RegistryTests : IAsyncLifetime
{
    private protected const string First = "id,town,at,n\n1,a,2026-01-01,1.5\n2,b,2026-01-02,2.5\n3,c,,3.5\n4,d,2026-01-04,\n";
    private protected const string Second = "town,id,n,extra\na,1,1.5,x\nB,2,2.5,y\nc,3,30,\ne,5,9,z\n";

    private TestStorage _storage = null!;

    private protected DataHost Host { get; private set; } = null!;

    private protected bool IsSqlite => _storage.ConnectionString is null;

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _storage = await CreateStorageAsync();
        Host = new DataHost(_storage);
        await Host.StartAsync();

        // The sample is imported meanwhile, and its table must not be mistaken for another.
        await Eventually.TrueAsync(
            async () => await Host.Datasets.FindAsync("housing", null, Token) is not null, "the sample is registered", Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (Host is not null)
        {
            await Host.DisposeAsync();
        }

        if (_storage is not null)
        {
            await _storage.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    protected abstract Task<TestStorage> CreateStorageAsync();

    private protected static DatasetName Name(string name) => new() { Name = name };

    private protected static Task<MeshException> RefusedAsync(Func<Task> call) => Assert.ThrowsAsync<MeshException>(call);

    private protected Task<DatasetTag> TagAsync(string tag, int version) => Host.Rpc.CallAsync(
        new TagDataset { Data = new() { Name = "towns", Tag = tag, Version = version } }, cancellationToken: Token);

    private protected Task<DatasetVersion> FindAsync(DatasetName name) =>
        Host.Rpc.CallAsync(new FindDataset { Data = name }, cancellationToken: Token);

    private protected Task<DatasetManifest> DescribeAsync(string name, int version) => Host.Rpc.CallAsync(
        new DescribeDataset { Data = Name(name) with { Version = version } }, cancellationToken: Token);

    private protected Task<DatasetDiff> DiffAsync(IReadOnlyList<string>? key) => Host.Rpc.CallAsync(
        new DiffDatasets { Data = new() { Name = "towns", From = 1, To = 2, Key = key } }, cancellationToken: Token);
}
