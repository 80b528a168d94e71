using System.Runtime.CompilerServices;
using System.Text.Json;
using Skipper.Services.Data.Sources.Declarations;
using Skipper.Services.Data.Sources.Http;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Sources.Json;

/// <summary>Asks a JSON API, item by item and page by page.</summary>
internal sealed class JsonConnector(Fetcher fetcher, SourceStore sources, RequestValues values, TimeProvider time) : ISourceConnector
{
    private const int MaxPages = 10_000;

    public string Kind => SourceKinds.Json;

    public Task<IReadOnlyList<SourceUnit>> ListAsync(SourceJob job, CancellationToken cancellationToken) =>
        sources.UnitsAsync(job.Declaration, cancellationToken);

    public async IAsyncEnumerable<SourceStep> ReadAsync(
        SourceJob job, SourceUnit unit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (declaration, state) = (job.Declaration, unit.State.State);

        // Validators belong to an address: one that asks for other times each time has none.
        var isStable = job.From is null && !Placeholders.Names(declaration.Request.Url!).Any(RequestValues.Times.Contains);
        if (isStable && !job.Force && state.FreshUntil > time.GetUtcNow())
        {
            yield break;
        }

        var value = values.For(job, unit.Item, state, await LookUpAsync(job, unit, cancellationToken));
        var headers = declaration.Request.Headers.ToDictionary(header => header.Key, header => Placeholders.Fill(header.Value, value));
        var first = new Uri(Placeholders.FillUrl(declaration.Request.Url!, value));
        var address = first;
        for (var number = 1; ; number++)
        {
            var request = new ProviderRequest(address, headers)
            {
                ETag = isStable && !job.Force && number == 1 ? state.ETag : null,
                LastModified = isStable && !job.Force && number == 1 ? state.LastModified : null,
            };
            var (answer, parsed) = await fetcher.GetAsync(
                declaration, unit.Item.Name, request, fetched => (fetched, Parse(fetched, request)), cancellationToken);
            if (answer.Deprecated)
            {
                job.Warnings.Add($"{request.Place} answered 203: the provider is about to take this address away.");
            }

            if (parsed is not { } json)
            {
                yield return new SourceStep(null, before => before with { FreshUntil = answer.FreshUntil }, IsLast: true);
                yield break;
            }

            var next = Next(declaration.Request.Next, json.Root, address, number);
            yield return new SourceStep(
                new SourcePage
                {
                    Item = unit.Item,
                    Name = PageName(address, first, number),
                    Text = json.Text,
                    Root = json.Root,
                    Digest = json.Digest,
                    FetchedAt = time.GetUtcNow(),
                },
                before => isStable && next is null && number == 1
                    ? before with { ETag = answer.ETag, LastModified = answer.LastModified, FreshUntil = answer.FreshUntil }
                    : before,
                IsLast: next is null);
            if (next is null)
            {
                yield break;
            }

            address = next;
        }
    }

    private static string PageName(Uri address, Uri first, int number) => number == 1 ? first.AbsolutePath : address.PathAndQuery;

    /// <summary>An answer that was cut off is not JSON; asking again helps.</summary>
    private static (string Text, JsonElement Root, string Digest)? Parse(Fetched fetched, ProviderRequest request)
    {
        try
        {
            return fetched.Body is null ? null : SourcePage.Parse(fetched.Body);
        }
        catch (JsonException exception)
        {
            throw new ProviderException($"{request.Place} did not answer with JSON: {exception.Message}", exception);
        }
    }

    private async Task<Dictionary<string, string>?> LookUpAsync(SourceJob job, SourceUnit unit, CancellationToken cancellationToken)
    {
        if (job.Declaration.Request.Lookup is not { } lookup)
        {
            return null;
        }

        var value = values.For(job, unit.Item, unit.State.State);
        var request = new ProviderRequest(
            new Uri(Placeholders.FillUrl(lookup.Url, value)),
            job.Declaration.Request.Headers.ToDictionary(header => header.Key, header => Placeholders.Fill(header.Value, value)));
        return await fetcher.GetAsync(job.Declaration, unit.Item.Name, request, Take, cancellationToken);

        Dictionary<string, string> Take(Fetched fetched)
        {
            var root = Parse(fetched, request)?.Root ?? throw new ProviderException($"{request.Place} answered without a body.");
            return lookup.Take.ToDictionary(
                pair => pair.Key,
                pair => pair.Value.Find(root, root) is { ValueKind: JsonValueKind.String or JsonValueKind.Number } found
                    ? found.ToString()
                    : throw MeshException.FailedPrecondition($"The answer of {request.Place} has no value at '{pair.Value}'."));
        }
    }

    /// <summary>The provider may name pages of its own only: what it says must not send a key to another host.</summary>
    private static Uri? Next(FieldPath? path, JsonElement root, Uri address, int number)
    {
        if (path?.Find(root, root) is not { ValueKind: JsonValueKind.String } found || found.GetString() is not { Length: > 0 } text)
        {
            return null;
        }

        if (number == MaxPages || !Uri.TryCreate(address, text, out var next)
            || next.GetLeftPart(UriPartial.Authority) != address.GetLeftPart(UriPartial.Authority) || next == address)
        {
            throw MeshException.FailedPrecondition(
                $"Expected at '{path}' the address of another page on {address.GetLeftPart(UriPartial.Authority)}, "
                + $"page {number} of at most {MaxPages}, found '{text}'.");
        }

        return next;
    }
}
