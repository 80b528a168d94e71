using System.Data.Common;
using Skipper.Services.Data.Sources.Declarations;
using Skipper.Services.Data.Sources.Mapping;
using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Sources;

/// <summary>What became of the records of a page.</summary>
internal readonly record struct PageResult(LoadResult Rows, long Rejected, IReadOnlyList<(long Record, string Reason)> Reasons);

/// <summary>Keeps a page, makes rows of it and merges them, inside the transaction of the caller.</summary>
internal sealed class PageWriter(SourceStore sources, TypedTableStore tables)
{
    private const int ShownReasons = 20;

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
        return await MergeAsync(transaction, declaration, page, cursor, cancellationToken);
    }

    /// <summary>Makes rows of a page that is kept already.</summary>
    public async Task<PageResult> MergeAsync(
        DbTransaction transaction, SourceDeclaration declaration, SourcePage page, CursorWatch cursor, CancellationToken cancellationToken)
    {
        var mapper = new RecordMapper(declaration);
        var rejected = 0L;
        List<(long, string)> reasons = [];
        await using var load = await tables.LoadAsync(transaction, TableOf(declaration), 0, cancellationToken);
        foreach (var batch in mapper.Map(page.Root, page.Item, page.FetchedAt, page.FirstRecord))
        {
            var dropped = new bool[batch.Count];
            foreach (var finding in mapper.Findings.All)
            {
                dropped[finding.Row] = true;
                if (reasons.Count < ShownReasons)
                {
                    reasons.Add((batch.Lines[finding.Row], $"{string.Join(", ", finding.Columns)}: {finding.Reason}"));
                }
            }

            cursor.Watch(batch, dropped);
            rejected += dropped.Count(isDropped => isDropped);
            batch.Remove(dropped);
            await load.WriteAsync(batch, cancellationToken);
        }

        return new PageResult(await load.CompleteAsync(cancellationToken), rejected, reasons);
    }
}
