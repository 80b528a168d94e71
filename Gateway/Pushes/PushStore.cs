using Skipper.Gateway.Runs;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Pushes;

/// <summary>Remembers pushes: what is delivered again is answered again, not done again; what is wrong is kept to be looked at.</summary>
internal sealed class PushStore([FromKeyedServices(GatewayService.Schema)] Database database, TimeProvider time)
{
    public const int ListLimit = 100;

    private const string Columns =
        "subscription AS Subscription, message_id AS MessageId, kind AS Kind, state AS State, artifact AS Artifact, answer AS Answer, "
        + "reason AS Reason, received_at AS ReceivedAt";

    private readonly string _find = database.Sql(
        $"SELECT {Columns} FROM gateway.pushes WHERE subscription = @Subscription AND message_id = @MessageId AND kind = @Kind");

    // Of two deliveries at once, both may work, which makes the same artifact twice; the first to end is remembered.
    private readonly string _add = database.Sql("""
        INSERT INTO gateway.pushes (subscription, message_id, kind, state, artifact, answer, reason, received_at)
        VALUES (@Subscription, @MessageId, @Kind, @State, @Artifact, @Answer, @Reason, @ReceivedAt)
        ON CONFLICT (subscription, message_id, kind) DO NOTHING
        """);

    private readonly string _list = database.Sql($"""
        SELECT {Columns} FROM gateway.pushes WHERE CAST(@State AS text) IS NULL OR state = @State
        ORDER BY received_at DESC, subscription, message_id LIMIT {ListLimit}
        """);

    /// <summary>The push as it was answered before, or null.</summary>
    public Task<Push?> FindAsync(
        string subscription, string messageId, string kind, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.FirstOrDefaultAsync<Push>(
            _find, new { Subscription = subscription, MessageId = messageId, Kind = kind }, cancellationToken),
        cancellationToken);

    /// <summary>Remembers a push, as received now.</summary>
    public Task AddAsync(Push push, CancellationToken cancellationToken) => database.WriteAsync(
        transaction => transaction.ExecuteAsync(_add, push with { ReceivedAt = time.GetUtcNow() }, cancellationToken),
        cancellationToken);

    /// <summary>The newest pushes, of one state or of all.</summary>
    public Task<List<Push>> ListAsync(string? state, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.QueryAsync<Push>(_list, new { State = state }, cancellationToken), cancellationToken);
}
