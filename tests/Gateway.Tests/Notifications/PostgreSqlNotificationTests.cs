using Skipper.Testing;

namespace Skipper.Gateway.Tests.Notifications;

public sealed class PostgreSqlNotificationTests : NotificationContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
