using Skipper.Testing;

namespace Skipper.Gateway.Tests.Notifications;

public sealed class SqliteNotificationTests : NotificationContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}
