using Skipper.Testing;

namespace Skipper.Services.Training.Tests.Models;

public sealed class SqliteModelStoreTests : ModelStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}
