using System.Text;
using Dapper;
using Skipper.Services.Data.Sources.Declarations;
using Skipper.Services.Data.Sources.Mapping;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Data.Sources;

/// <summary>
/// Makes rows of all answers that were kept, oldest first, by the declaration as it is now: what a provider renamed, or a unit that was
/// declared wrongly, is mended without asking anybody again.
/// </summary>
internal sealed class SourceReplay(
    SourceStore sources, PageWriter writer, [FromKeyedServices(DataService.Schema)] Database database)
{
    private readonly string _ids = database.Sql("SELECT id FROM data.source_pages WHERE source = @name ORDER BY id");

    private readonly string _page = database.Sql("""
        SELECT item, page, CAST(item_values AS text) AS ItemValues, first_record AS FirstRecord, fetched_at AS FetchedAt, digest,
               CAST(content AS text) AS content
        FROM data.source_pages WHERE id = @id
        """);

    private readonly string _solved = database.Sql("UPDATE data.source_pages SET problem = @problem WHERE id = @id");

    public async Task<SourceRun> RunAsync(string name, Action<int, int> report, CancellationToken cancellationToken)
    {
        var declaration = DeclarationReader.Read((await sources.FindAsync(name, cancellationToken)).Declaration);
        var ids = await database.ReadAsync(
            async connection => (await connection.QueryAsync<long>(new CommandDefinition(
                _ids, new { name }, cancellationToken: cancellationToken))).ToList(),
            cancellationToken);
        await database.WriteAsync(
            async transaction =>
            {
                await writer.CreateAsync(transaction, declaration, cancellationToken);
                return 0;
            },
            cancellationToken);
        var tally = new SourceTally(declaration, []);
        for (var done = 0; done < ids.Count; done++)
        {
            report(done, ids.Count);
            await ReplayAsync(declaration, ids[done], tally, cancellationToken);
        }

        return tally.ToRun();
    }

    private async Task ReplayAsync(SourceDeclaration declaration, long id, SourceTally tally, CancellationToken cancellationToken)
    {
        var page = await ReadAsync(id, cancellationToken);
        try
        {
            var result = await database.WriteAsync(
                async transaction =>
                {
                    await transaction.Connection!.ExecuteAsync(_solved, new { id, problem = (string?)null }, transaction);
                    return await writer.MergeAsync(transaction, declaration, page, new CursorWatch(null, null), isReplay: true, cancellationToken);
                },
                cancellationToken);
            tally.Add(new SourceStep(page, state => state, IsLast: true), result);
        }
        catch (ShapeException exception)
        {
            tally.Fail(page.Item.Name, MeshException.FailedPrecondition(exception.Message));
        }
    }

    private async Task<SourcePage> ReadAsync(long id, CancellationToken cancellationToken)
    {
        var row = await database.ReadAsync(
            connection => connection.QuerySingleAsync<PageRow>(new CommandDefinition(
                _page, new { id }, cancellationToken: cancellationToken)),
            cancellationToken);
        var (text, root, _) = SourcePage.Parse(Encoding.UTF8.GetBytes(row.Content));
        var values = System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, string>>(row.ItemValues, MessageJson.Options)!;
        return new SourcePage
        {
            Item = new SourceItem(row.Item, values),
            Name = row.Page,
            Text = text,
            Root = root,
            Digest = row.Digest,
            FetchedAt = row.FetchedAt,
            FirstRecord = row.FirstRecord,
        };
    }

    private sealed class PageRow
    {
        public string Item { get; init; } = "";

        public string Page { get; init; } = "";

        public string ItemValues { get; init; } = "";

        public long FirstRecord { get; init; }

        public DateTimeOffset FetchedAt { get; init; }

        public string Digest { get; init; } = "";

        public string Content { get; init; } = "";
    }
}
