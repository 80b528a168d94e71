using Skipper.Testing;

namespace Skipper.Gateway.Tests.Schedules;

public sealed class PostgreSqlScheduleTests : ScheduleContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
