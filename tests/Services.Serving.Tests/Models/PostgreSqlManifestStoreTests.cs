using Skipper.Testing;

namespace Skipper.Services.Serving.Tests.Models;

public sealed class PostgreSqlManifestStoreTests : ManifestStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
