using System.Data.Common;
using Skipper.Services.Data.Quality;
using Skipper.Services.Data.Sources.Declarations;
using Skipper.Services.Data.Sources.Mapping;
using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Sources;

/// <summary>What became of the records of a page.</summary>
internal readonly record struct PageResult(LoadResult Rows, long Rejected, IReadOnlyList<(long Record, string Reason)> Reasons);

/// <summary>
/// Keeps a page, makes rows of it and merges them, or puts them into quarantine, inside the transaction of the caller.
/// </summary>
internal sealed class PageWriter(SourceStore sources, TypedTableStore tables, QuarantineStore quarantine)
{

    /// <summary>The table of a source; rows are merged by key, and of two with the same key the one that was known later counts.</summary>
    public static TypedTable TableOf(SourceDeclaration declaration) =>
        new(declaration.Table, RecordMapper.SchemaOf(declaration), declaration.Key)
        {
            Cursor = RecordMapper.IngestedAt,
            Untracked = [RecordMapper.IngestedAt],
        };

    public Task CreateAsync(DbTransaction transaction, SourceDeclaration declaration, CancellationToken cancellationToken) =>
        tables.CreateAsync(transaction, TableOf(declaration), cancellationToken);

    public async Task<PageResult> WriteAsync(
        DbTransaction transaction, SourceDeclaration declaration, SourcePage page, CursorWatch cursor, CancellationToken cancellationToken)
    {
        await sources.KeepAsync(transaction, declaration.Name, page, problem: null, cancellationToken);
        return await MergeAsync(transaction, declaration, page, cursor, isReplay: false, cancellationToken);
    }

    /// <summary>Makes rows of a page that is kept already.</summary>
    /// <param name="transaction">What the rows belong to.</param>
    /// <param name="declaration">How they are made.</param>
    /// <param name="page">The answer.</param>
    /// <param name="cursor">Watches the rows.</param>
    /// <param name="isReplay">Whether records that are in quarantine may be good now.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<PageResult> MergeAsync(
        DbTransaction transaction,
        SourceDeclaration declaration,
        SourcePage page,
        CursorWatch cursor,
        bool isReplay,
        CancellationToken cancellationToken)
    {
        var mapper = new RecordMapper(declaration);
        var records = new PageRecords(declaration, mapper, page);
        List<Guid> good = [];
        await using var load = await tables.LoadAsync(transaction, TableOf(declaration), 0, cancellationToken);
        foreach (var batch in mapper.Map(page.Root, page.Item, page.FetchedAt, page.FirstRecord))
        {
            var dropped = records.Reject(batch);
            if (isReplay)
            {
                good.AddRange(Enumerable.Range(0, batch.Count).Where(row => !dropped[row]).Select(records.IdOf));
            }

            cursor.Watch(batch, dropped);
            batch.Remove(dropped);
            await load.WriteAsync(batch, cancellationToken);
        }

        // Only now: nothing else may be done on the connection while rows are loaded.
        var rows = await load.CompleteAsync(cancellationToken);
        await quarantine.AddAsync(transaction, records.Run, records.Rejected, 0, cancellationToken);
        await quarantine.ResolveAsync(transaction, records.Run.Dataset, good, cancellationToken);
        return new PageResult(rows, records.Rejected.Count, records.Reasons);
    }
}
