using System.Buffers.Binary;
using System.Data.Common;
using System.Text.Json;
using Dapper;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Data.Quality;

/// <summary>Keeps rows that were not accepted until somebody decides about them. A decision is final.</summary>
internal sealed class QuarantineStore([FromKeyedServices(DataService.Schema)] Database database, TimeProvider time)
{
    public const string Open = "open";
    public const string Replayed = "replayed";
    public const string Discarded = "discarded";

    private const int LargestPage = 1000;
    private static readonly string[] Statuses = [Open, Replayed, Discarded];

    private readonly string _add = database.Sql($"""
        INSERT INTO data.quarantine (id, dataset, run_id, origin, line, raw, reasons, rules, created_at)
        SELECT id, @Dataset, @Id, @Origin, line, raw, reasons, @RulesText, @Now
        FROM {RowSet.From(database, ("id", "uuid"), ("line", "bigint"), ("raw", "text"), ("reasons", "text"))}
        WHERE true ON CONFLICT (id) DO NOTHING
        """);

    private readonly string _list = database.Sql("""
        SELECT id, dataset, run_id AS RunId, origin, line, raw, reasons, rules, status, fixed,
               created_at AS CreatedAt, decided_at AS DecidedAt
        FROM data.quarantine
        """);

    private readonly string _count = database.Sql(
        "SELECT COUNT(*) FROM data.quarantine WHERE dataset = @Dataset AND status = 'open'");

    private readonly string _discard = database.Sql("UPDATE data.quarantine SET status = 'discarded', decided_at = @Now");

    private readonly string _replay = database.Sql("""
        UPDATE data.quarantine SET status = 'replayed', fixed = @Fixed, decided_at = @Now WHERE id = @Id AND status = 'open'
        """);

    private readonly string _resolve = database.Sql($"""
        UPDATE data.quarantine SET status = 'replayed', decided_at = @Now
        WHERE dataset = @Dataset AND status = 'open' AND id IN (SELECT id FROM {RowSet.From(database, ("id", "uuid"))})
        """);

    /// <summary>
    /// Adds rows in the transaction of what else became of their import. Numbering them from the same one again adds nothing.
    /// </summary>
    public Task AddAsync(
        DbTransaction transaction, RejectedRun run, IReadOnlyList<RejectedRecord> rows, long first, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            _add,
            new
            {
                run.Dataset,
                run.Id,
                run.Origin,
                RulesText = run.Rules,
                Now = time.GetUtcNow(),
                Rows = RowSet.Of(rows.Select((row, index) => new
                {
                    Id = row.Id ?? RowId(run.Id, first + index),
                    row.Line,
                    row.Raw,
                    Reasons = JsonSerializer.Serialize(row.Reasons, MessageJson.Options),
                })),
            },
            transaction,
            cancellationToken: cancellationToken));

    public Task<QuarantinePage> ListAsync(QuarantineFilter filter, CancellationToken cancellationToken)
    {
        Check(filter);
        return database.ReadAsync(
            async connection =>
            {
                var rows = (await connection.QueryAsync<StoredRejection>(new CommandDefinition(
                    $"{_list} {Where(filter)} ORDER BY id LIMIT @Most",
                    Arguments(filter),
                    cancellationToken: cancellationToken))).Select(row => row.ToContract()).ToList();
                var open = await connection.ExecuteScalarAsync<long>(
                    new CommandDefinition(_count, new { filter.Dataset }, cancellationToken: cancellationToken));
                var hasMore = rows.Count > filter.Limit;
                return new QuarantinePage
                {
                    Rows = hasMore ? rows[..filter.Limit] : rows,
                    OpenCount = open,
                    Next = hasMore ? rows[filter.Limit - 1].Id : null,
                };
            },
            cancellationToken);
    }

    /// <summary>Discards the open ones among the rows.</summary>
    public Task<long> DiscardAsync(QuarantineFilter filter, CancellationToken cancellationToken)
    {
        Check(filter);
        if (filter.RunId is null && filter.Ids is null)
        {
            throw MeshException.InvalidArgument("Name the rows to discard by 'ids', or the import by 'run_id'.");
        }

        return database.WriteAsync(
            async transaction => (long)await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                $"{_discard} {Where(filter with { Status = Open })}",
                Arguments(filter with { Status = Open }),
                transaction,
                cancellationToken: cancellationToken)),
            cancellationToken);
    }

    /// <summary>Marks rows as replayed, in the transaction that adds them to their dataset.</summary>
    /// <exception cref="MeshException">Somebody else decided about one of them: the transaction must not be committed.</exception>
    public async Task MarkReplayedAsync(
        DbTransaction transaction, IReadOnlyList<(Guid Id, JsonElement? Fixed)> rows, CancellationToken cancellationToken)
    {
        foreach (var (id, changed) in rows)
        {
            var updated = await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                _replay,
                new { Id = id, Fixed = changed?.GetRawText(), Now = time.GetUtcNow() },
                transaction,
                cancellationToken: cancellationToken));
            if (updated != 1)
            {
                throw MeshException.FailedPrecondition($"The row {id} is not in quarantine any more.");
            }
        }
    }

    /// <summary>Marks those of the rows that are open as replayed, in the transaction that makes rows of them.</summary>
    public Task ResolveAsync(DbTransaction transaction, string dataset, IEnumerable<Guid> ids, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            _resolve,
            new { Dataset = dataset, Now = time.GetUtcNow(), Rows = RowSet.Of(ids.Select(id => new { Id = id })) },
            transaction,
            cancellationToken: cancellationToken));

    /// <summary>UUIDs that grow with the row, so that pages are in the order of the source.</summary>
    private static Guid RowId(Guid run, long row)
    {
        var bytes = run.ToByteArray(bigEndian: true);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8), 0x8000_0000 | (uint)(row & 0x3FFF_FFFF));
        return new Guid(bytes, bigEndian: true);
    }

    private static void Check(QuarantineFilter filter)
    {
        if (filter.Limit is < 1 or > LargestPage)
        {
            throw MeshException.InvalidArgument($"limit must be between 1 and {LargestPage}, was {filter.Limit}.");
        }

        if (filter.Ids is { Count: > LargestPage } ids)
        {
            throw MeshException.InvalidArgument($"At most {LargestPage} ids can be named at once, found {ids.Count}.");
        }

        if (filter.Status is { } status && !Statuses.Contains(status))
        {
            throw MeshException.InvalidArgument($"status must be one of {string.Join(", ", Statuses)}, was '{status}'.");
        }
    }

    private string Where(QuarantineFilter filter) => string.Join(" AND ", new[]
    {
        "WHERE dataset = @Dataset",
        filter.Status is null ? null : "status = @Status",
        filter.RunId is null ? null : "run_id = @RunId",
        filter.After is null ? null : "id > @After",
        filter.Ids is null ? null : $"id IN (SELECT id FROM {RowSet.From(database, ("id", "uuid"))})",
    }.Where(part => part is not null));

    private object Arguments(QuarantineFilter filter) => new
    {
        filter.Dataset,
        filter.Status,
        filter.RunId,
        filter.After,
        Most = filter.Limit + 1,
        Now = time.GetUtcNow(),
        Rows = RowSet.Of((filter.Ids ?? []).Select(id => new { Id = id })),
    };
}
