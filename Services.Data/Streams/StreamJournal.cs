using Dapper;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Artifacts;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Data.Streams;

/// <summary>
/// Remembers what a stream has done, part by part: content and position of a part become durable together, so that an attempt that
/// dies loses nothing and the next one does nothing twice.
/// </summary>
internal sealed class StreamJournal(
    [FromKeyedServices(DataService.Schema)] Database database, IArtifactStore artifacts, TimeProvider time)
{
    /// <summary>Longer than the steps of a run are tried again.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private readonly string _load = database.Sql("""
        SELECT part, position, written, left_out AS LeftOut, dead, output, dead_letters AS DeadLetters
        FROM data.stream_parts WHERE stream_id = @stream ORDER BY part
        """);

    private readonly string _commit = database.Sql("""
        INSERT INTO data.stream_parts (stream_id, part, position, written, left_out, dead, output, dead_letters, committed_at)
        VALUES (@stream, @Part, @Position, @Written, @LeftOut, @Dead, @Output, @DeadLetters, @now)
        ON CONFLICT (stream_id, part) DO NOTHING
        """);

    private readonly string _remember = database.Sql(
        "INSERT INTO data.stream_messages (stream_id, message_id) VALUES (@stream, @message) ON CONFLICT DO NOTHING");

    private readonly string _isKnown = database.Sql(
        "SELECT count(*) FROM data.stream_messages WHERE stream_id = @stream AND message_id = @message");

    private readonly string _forgetMessages = database.Sql("""
        DELETE FROM data.stream_messages WHERE stream_id IN
            (SELECT stream_id FROM data.stream_parts GROUP BY stream_id HAVING max(committed_at) < @before)
        """);

    private readonly string _forgetParts = database.Sql("""
        DELETE FROM data.stream_parts WHERE stream_id IN
            (SELECT stream_id FROM data.stream_parts GROUP BY stream_id HAVING max(committed_at) < @before)
        """);

    /// <summary>The parts that were committed, in their order.</summary>
    public Task<List<CommittedPart>> LoadAsync(Guid stream, CancellationToken cancellationToken) => database.ReadAsync(
        async connection => (await connection.QueryAsync<CommittedPart>(new CommandDefinition(
            _load, new { stream }, cancellationToken: cancellationToken))).ToList(),
        cancellationToken);

    /// <summary>Makes a part durable; afterwards the sources of its records may forget them.</summary>
    /// <exception cref="MeshException">Another attempt has committed this part.</exception>
    public async Task<CommittedPart> CommitAsync(Guid stream, int number, StreamPart part, CancellationToken cancellationToken)
    {
        var committed = new CommittedPart
        {
            Part = number,
            Position = part.Position,
            Written = part.Written,
            LeftOut = part.LeftOut,
            Dead = part.Dead,
            Output = await PutAsync(part.Output, cancellationToken),
            DeadLetters = await PutAsync(part.DeadLetters, cancellationToken),
        };
        var messages = part.Records.Where(record => record.MessageId is not null)
            .Select(record => new { stream, message = record.MessageId }).ToList();
        await database.WriteAsync(
            async transaction =>
            {
                var values = new DynamicParameters(committed);
                values.AddDynamicParams(new { stream, now = time.GetUtcNow() });
                var connection = transaction.Connection!;
                if (await connection.ExecuteAsync(new CommandDefinition(_commit, values, transaction)) == 0)
                {
                    throw MeshException.Unavailable($"Part {number} of stream {stream} was committed by another attempt.");
                }

                return await connection.ExecuteAsync(new CommandDefinition(_remember, messages, transaction));
            },
            cancellationToken);
        foreach (var record in part.Records)
        {
            await (record.Committed?.Invoke() ?? ValueTask.CompletedTask);
        }

        return committed;
    }

    /// <summary>Whether a message is in a part that was committed.</summary>
    public Task<bool> IsKnownAsync(Guid stream, string message, CancellationToken cancellationToken) => database.ReadAsync(
        async connection => await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            _isKnown, new { stream, message }, cancellationToken: cancellationToken)) > 0,
        cancellationToken);

    /// <summary>One artifact of the contents of several, one behind the other; null stands for nothing.</summary>
    public async Task<string> JoinAsync(IEnumerable<string?> digests, CancellationToken cancellationToken)
    {
        await using var joined = new JoinedStream(digests.OfType<string>(), artifacts);
        return await artifacts.PutAsync(joined, cancellationToken);
    }

    /// <summary>Forgets streams that nobody goes on with.</summary>
    public Task ForgetAsync(CancellationToken cancellationToken) => database.WriteAsync(
        async transaction =>
        {
            var before = time.GetUtcNow() - Kept;
            await transaction.Connection!.ExecuteAsync(_forgetMessages, new { before }, transaction);
            return await transaction.Connection!.ExecuteAsync(_forgetParts, new { before }, transaction);
        },
        cancellationToken);

    private async Task<string?> PutAsync(MemoryStream content, CancellationToken cancellationToken)
    {
        content.Position = 0;
        return content.Length > 0 ? await artifacts.PutAsync(content, cancellationToken) : null;
    }
}

/// <summary>A part of a stream that is durable.</summary>
internal sealed record CommittedPart
{
    public int Part { get; init; }

    public long Position { get; init; }

    public long Written { get; init; }

    public long LeftOut { get; init; }

    public long Dead { get; init; }

    public string? Output { get; init; }

    public string? DeadLetters { get; init; }
}
