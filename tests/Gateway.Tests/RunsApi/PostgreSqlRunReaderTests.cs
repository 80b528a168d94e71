using Skipper.Testing;

namespace Skipper.Gateway.Tests.RunsApi;

public sealed class PostgreSqlRunReaderTests : RunReaderContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
