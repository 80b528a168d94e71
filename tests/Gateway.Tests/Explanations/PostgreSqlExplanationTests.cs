using Skipper.Testing;

namespace Skipper.Gateway.Tests.Explanations;

public sealed class PostgreSqlExplanationTests : ExplanationContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
