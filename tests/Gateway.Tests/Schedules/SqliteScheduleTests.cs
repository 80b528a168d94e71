using Skipper.Testing;

namespace Skipper.Gateway.Tests.Schedules;

public sealed class SqliteScheduleTests : ScheduleContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}
