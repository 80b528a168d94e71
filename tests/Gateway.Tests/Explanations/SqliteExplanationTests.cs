using Skipper.Testing;

namespace Skipper.Gateway.Tests.Explanations;

public sealed class SqliteExplanationTests : ExplanationContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}
