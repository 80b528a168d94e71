using Skipper.Testing;

namespace Skipper.Services.Serving.Tests.Models;

public sealed class SqliteManifestStoreTests : ManifestStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}
