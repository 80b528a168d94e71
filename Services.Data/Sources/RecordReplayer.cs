using System.Data.Common;
using Skipper.Services.Data.Quality;
using Skipper.Services.Data.Sources.Declarations;
using Skipper.Services.Data.Sources.Mapping;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Data.Sources;

/// <summary>
/// Merges records that could not be made rows, and that somebody fixed, into the table of their source. Fixes are values of columns, in
/// the units of the table.
/// </summary>
internal sealed class RecordReplayer(
    SourceStore sources,
    PageWriter writer,
    QuarantineStore quarantine,
    TypedTableStore tables,
    [FromKeyedServices(DataService.Schema)] Database database,
    TimeProvider time)
    : IQuarantineReplayer
{
    private const string Outdated = "outdated";
    private const string Missing = "missing";

    public bool Takes(string dataset) => dataset.StartsWith(PageRecords.Prefix, StringComparison.Ordinal);

    public async Task<QuarantineReplay> ReplayAsync(string dataset, IReadOnlyList<ReplayRow> rows, CancellationToken cancellationToken)
    {
        var source = await sources.FindAsync(dataset[PageRecords.Prefix.Length..], cancellationToken);
        var declaration = DeclarationReader.Read(source.Declaration);
        var open = await quarantine.FindOpenAsync(dataset, rows, cancellationToken);
        var table = PageWriter.TableOf(declaration);
        var batch = ReplayBatch.Of(open, table.Schema);
        var reasons = open.Select((row, place) => Check(declaration, table, row, batch, place)).ToList();
        return await database.WriteAsync(
            async transaction =>
            {
                await writer.CreateAsync(transaction, declaration, cancellationToken);
                batch.Remove([.. reasons.Select(found => found.Count > 0)]);
                var outdated = await tables.AreOutdatedAsync(transaction, table, batch, cancellationToken);
                for (var row = 0; row < batch.Count; row++)
                {
                    if (outdated[row])
                    {
                        reasons[(int)batch.Lines[row] - 1].Add(new QuarantineReason(
                            Outdated, declaration.Key, "expected no newer row with this key, found one: discard this one"));
                    }
                }

                batch.Remove(outdated);
                await MergeAsync(transaction, table, batch, cancellationToken);
                var kept = open.Where((_, place) => reasons[place].Count == 0).ToList();
                await quarantine.MarkReplayedAsync(transaction, [.. kept.Select(row => (row.Row.Id, row.Fixed))], cancellationToken);
                return new QuarantineReplay
                {
                    AcceptedCount = kept.Count,
                    Refused = [.. open.Zip(reasons).Where(row => row.Second.Count > 0)
                        .Select(row => new ReplayRefusal(row.First.Row.Id, row.Second))],
                };
            },
            cancellationToken);
    }

    /// <summary>What is still wrong with a row: a cell that could not be read must be given, if only as null.</summary>
    private static List<QuarantineReason> Check(
        SourceDeclaration declaration, TypedTable table, OpenRow row, RowBatch batch, int place)
    {
        var names = row.Fixed?.EnumerateObject().Select(member => member.Name).ToHashSet(StringComparer.OrdinalIgnoreCase) ?? [];
        if (names.FirstOrDefault(name => declaration.Schema.IndexOf(name) < 0) is { } unknown)
        {
            throw MeshException.InvalidArgument(
                $"Row {row.Row.Id}: source {declaration.Name} has no column '{unknown}'. It has: "
                + $"{string.Join(", ", declaration.Columns.Select(column => column.Name))}.");
        }

        var missing = declaration.Columns
            .Where((column, index) => (column.Required || table.Key.Contains(index)) && batch.IsMissing(index, place))
            .Select(column => new QuarantineReason(Missing, [column.Name], "expected a value, found none"))
            .ToList();
        var unread = row.Row.Reasons.Where(reason =>
            reason.Columns.Any(column => !names.Contains(column) && missing.All(found => found.Columns[0] != column)));
        return [.. missing, .. unread];
    }

    /// <summary>A fixed row is known from now on, so that no join takes it for something that was known before.</summary>
    private async Task MergeAsync(
        DbTransaction transaction, TypedTable table, RowBatch batch, CancellationToken cancellationToken)
    {
        var now = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        batch.Times(table.Require(RecordMapper.IngestedAt)).AsSpan(0, batch.Count).Fill(now);
        await using var load = await tables.LoadAsync(transaction, table, 0, cancellationToken);
        await load.WriteAsync(batch, cancellationToken);
        await load.CompleteAsync(cancellationToken);
    }
}
