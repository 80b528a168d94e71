using Skipper.Testing;

namespace Skipper.Services.Serving.Tests.Drift;

public sealed class PostgreSqlDriftTests : DriftContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
