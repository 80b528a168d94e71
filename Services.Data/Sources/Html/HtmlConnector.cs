using System.Runtime.CompilerServices;
using System.Text.Json;
using AngleSharp;
using AngleSharp.Dom;
using AngleSharp.Io;
using Skipper.Services.Data.Sources.Declarations;
using Skipper.Services.Data.Sources.Http;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Sources.Html;

/// <summary>
/// Reads the table of an HTML page as records named by its header cells. Scripts are not run, nothing that the page refers to is loaded,
/// robots.txt is heeded, and a table that has not changed makes no page.
/// </summary>
internal sealed class HtmlConnector(
    Fetcher fetcher, RobotsCache robots, Pace pace, SourceStore sources, RequestValues values, TimeProvider time)
    : ISourceConnector
{
    private const int MaxCells = 2_000_000;
    private const int MaxMissing = 100;

    public string Kind => SourceKinds.Html;

    public Task<IReadOnlyList<SourceUnit>> ListAsync(SourceJob job, CancellationToken cancellationToken) =>
        sources.UnitsAsync(job.Declaration, cancellationToken);

    public async IAsyncEnumerable<SourceStep> ReadAsync(
        SourceJob job, SourceUnit unit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (declaration, state) = (job.Declaration, unit.State.State);
        var value = values.For(job, unit.Item, state);
        var address = new Uri(Placeholders.FillUrl(declaration.Request.Url!, value));
        var rules = await robots.RequireAsync(declaration, unit.Item.Name, address, cancellationToken);
        if (rules.CrawlDelay is { } delay && delay > TimeSpan.Zero)
        {
            await pace.WaitAsync($"{declaration.Name} {address.Authority}", 1 / delay.TotalSeconds, cancellationToken);
        }

        var request = new ProviderRequest(
            address, declaration.Request.Headers.ToDictionary(header => header.Key, header => Placeholders.Fill(header.Value, value)))
        {
            ETag = job.Force ? null : state.ETag,
            LastModified = job.Force ? null : state.LastModified,
        };
        var answer = await fetcher.GetAsync(declaration, unit.Item.Name, request, fetched => fetched, cancellationToken);
        if (answer.Body is null)
        {
            yield return new SourceStep(null, before => before, IsLast: true);
            yield break;
        }

        var rows = await RowsAsync(answer, declaration.Request.Rows!, request.Place, cancellationToken);
        var (text, root, digest) = SourcePage.Parse(JsonSerializer.SerializeToUtf8Bytes(rows));
        var seen = (ItemState before) => before with { ETag = answer.ETag, LastModified = answer.LastModified, Digest = digest };
        yield return digest == state.Digest && !job.Force
            ? new SourceStep(null, seen, IsLast: true)
            : new SourceStep(
                new SourcePage
                {
                    Item = unit.Item,
                    Name = address.AbsolutePath,
                    Text = text,
                    Root = root,
                    Digest = digest,
                    FetchedAt = time.GetUtcNow(),
                },
                seen,
                IsLast: true);
    }

    private static async Task<List<Dictionary<string, string?>>> RowsAsync(
        Fetched answer, string selector, string place, CancellationToken cancellationToken)
    {
        using var context = BrowsingContext.New(Configuration.Default);
        using var body = new MemoryStream(answer.Body!);
        using var document = await context.OpenAsync(
            response =>
            {
                response.Content(body).Address(answer.Address.ToString());
                if (answer.ContentType is not null)
                {
                    response.Header(HeaderNames.ContentType, answer.ContentType);
                }
            },
            cancellationToken);
        var rows = Select(document, selector);
        var header = rows.FirstOrDefault(row => row.Children.Any(cell => cell.LocalName == "th"))
            ?? throw MeshException.FailedPrecondition(
                $"{place} has no row with header cells at '{selector}'; it has {rows.Count} rows there. "
                + "If the page changed, change request.rows.");
        var names = header.Children.Select(Text).ToList();
        var records = new List<Dictionary<string, string?>>();
        foreach (var row in rows.Where(row => row.Children.Any(cell => cell.LocalName == "td")))
        {
            if ((long)records.Count * names.Count > MaxCells)
            {
                throw MeshException.FailedPrecondition($"{place} has a table of more than {MaxCells} cells.");
            }

            records.Add(Record(row, names));
        }

        return records;
    }

    private static List<IElement> Select(IDocument document, string selector)
    {
        try
        {
            return [.. document.QuerySelectorAll(selector)];
        }
        catch (DomException)
        {
            throw MeshException.FailedPrecondition($"request.rows is not a CSS selector: '{selector}'.");
        }
    }

    private static Dictionary<string, string?> Record(IElement row, List<string> names)
    {
        var record = new Dictionary<string, string?>(StringComparer.Ordinal);
        var column = 0;
        foreach (var cell in row.Children)
        {
            if (column < names.Count)
            {
                record.TryAdd(names[column], Text(cell));
            }

            column += int.TryParse(cell.GetAttribute("colspan"), out var span) && span is > 1 and <= MaxMissing ? span : 1;
        }

        return record;
    }

    private static string Text(IElement cell) =>
        string.Join(' ', cell.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Replace("\0", "", StringComparison.Ordinal);
}
