using Skipper.Gateway.Runs;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Triggers;

/// <summary>When triggers last started a run.</summary>
internal sealed class TriggerStore([FromKeyedServices(GatewayService.Schema)] Database database, TimeProvider time)
{
    private readonly string _take = database.Sql(
        """
        INSERT INTO gateway.triggers (name, fired_at) VALUES (@name, @now)
        ON CONFLICT (name) DO UPDATE SET fired_at = excluded.fired_at WHERE gateway.triggers.fired_at <= @before
        """);

    /// <summary>Whether it may start a run now; then nobody else may for the cooldown.</summary>
    public Task<bool> TryTakeAsync(string name, TimeSpan cooldown, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return database.WriteAsync(
            async transaction => await transaction.ExecuteAsync(_take, new { name, now, before = now - cooldown }, cancellationToken) > 0,
            cancellationToken);
    }
}
