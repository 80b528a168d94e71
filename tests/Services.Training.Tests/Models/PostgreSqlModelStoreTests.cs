using Skipper.Testing;

namespace Skipper.Services.Training.Tests.Models;

public sealed class PostgreSqlModelStoreTests : ModelStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
