using Microsoft.Extensions.Logging;

namespace Skipper.Shared.Storage.Databases;

public sealed partial class Database
{
    [LoggerMessage(LogLevel.Warning, "The database {Server} could not be reached ({Reason}); waited for it to appear")]
    private partial void LogWaiting(string server, string reason);

    [LoggerMessage(LogLevel.Information, "The database {Server} appeared")]
    private partial void LogAppeared(string server);

    [LoggerMessage(LogLevel.Information, "Schema {Schema} of {Server} was migrated: {Migrations}")]
    private partial void LogMigrated(string schema, string server, string migrations);
}
