using System.Data.Common;
using System.Text.Json;
using Dapper;
using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Sources.Declarations;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Artifacts;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Data.Sources.Publishing;

/// <summary>What a version was published from.</summary>
/// <param name="Sources">Each source.</param>
/// <param name="Answers">Digest of the list of all answers that rows were made of, as JSON Lines: source, item, page, time, digest.</param>
internal sealed record PublishedFrom(IReadOnlyList<PublishedSource> Sources, string Answers);

/// <summary>Where a source stood.</summary>
internal sealed record PublishedSource
{
    public required string Source { get; init; }

    public required string Table { get; init; }

    /// <summary>Where its cursor stood in the version before.</summary>
    public DateTimeOffset? CursorFrom { get; init; }

    /// <summary>The latest cursor of its items; null where it has none.</summary>
    public DateTimeOffset? CursorTo { get; init; }

    /// <summary>Answers that rows were made of.</summary>
    public long Answers { get; init; }

    /// <summary>When the last of them came.</summary>
    public DateTimeOffset? FetchedTo { get; init; }
}

/// <summary>Says what a version is published from: sources, cursors, and every answer by its digest.</summary>
internal sealed class SourceLineage(
    DatasetStore datasets, DatasetRegistry registry, IArtifactStore artifacts, [FromKeyedServices(DataService.Schema)] Database database)
{
    public const string Transform = "publish_source";

    private readonly string _pages = database.Sql("""
        SELECT source, item, page, fetched_at AS FetchedAt, digest FROM data.source_pages
        WHERE source = @source AND problem IS NULL ORDER BY id
        """);

    private readonly string _states = database.Sql("SELECT CAST(state AS text) AS state FROM data.source_states WHERE source = @source");

    public async Task<DatasetOrigin> DescribeAsync(
        DbTransaction snapshot, string dataset, IReadOnlyList<SourceDeclaration> declarations, CancellationToken cancellationToken)
    {
        var before = await BeforeAsync(dataset, cancellationToken);
        List<PublishedSource> published = [];
        await using var answers = new ArtifactUpload(artifacts);
        foreach (var declaration in declarations)
        {
            var source = await ListAnswersAsync(snapshot, declaration, answers.Stream, cancellationToken);
            published.Add(source with
            {
                CursorFrom = before?.Sources.FirstOrDefault(old => old.Source == source.Source)?.CursorTo,
                CursorTo = await CursorAsync(snapshot, source.Source, cancellationToken),
            });
        }

        var from = new PublishedFrom(published, await answers.CompleteAsync());
        return new DatasetOrigin
        {
            Transform = Transform,
            Sources = [.. published.Select(source => source.Source)],
            Parameters = JsonSerializer.Serialize(from, MessageJson.Options),
        };
    }

    private async Task<PublishedFrom?> BeforeAsync(string dataset, CancellationToken cancellationToken)
    {
        if (await datasets.FindAsync(dataset, null, cancellationToken) is not { } newest)
        {
            return null;
        }

        var record = await registry.ReadAsync(newest.Name, newest.Version, cancellationToken);
        return record is { Transform: Transform, Parameters: { } parameters }
            ? JsonSerializer.Deserialize<PublishedFrom>(parameters, MessageJson.Options)
            : null;
    }

    private async Task<PublishedSource> ListAnswersAsync(
        DbTransaction snapshot, SourceDeclaration declaration, Stream list, CancellationToken cancellationToken)
    {
        var (count, last) = (0L, (DateTimeOffset?)null);
        await using var reader = await snapshot.Connection!.ExecuteReaderAsync(
            new CommandDefinition(_pages, new { source = declaration.Name }, snapshot, cancellationToken: cancellationToken));
        var parse = reader.GetRowParser<Answer>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var answer = parse(reader);
            await JsonSerializer.SerializeAsync(list, answer, MessageJson.Options, cancellationToken);
            list.WriteByte((byte)'\n');
            (count, last) = (count + 1, last > answer.FetchedAt ? last : answer.FetchedAt);
        }

        return new PublishedSource { Source = declaration.Name, Table = declaration.Table, Answers = count, FetchedTo = last };
    }

    private async Task<DateTimeOffset?> CursorAsync(DbTransaction snapshot, string source, CancellationToken cancellationToken) =>
        (await snapshot.Connection!.QueryAsync<string>(
            new CommandDefinition(_states, new { source }, snapshot, cancellationToken: cancellationToken)))
        .Max(state => JsonSerializer.Deserialize<ItemState>(state, MessageJson.Options)!.Cursor);

    private sealed class Answer
    {
        public string Source { get; init; } = "";

        public string Item { get; init; } = "";

        public string Page { get; init; } = "";

        public DateTimeOffset FetchedAt { get; init; }

        public string Digest { get; init; } = "";
    }
}
