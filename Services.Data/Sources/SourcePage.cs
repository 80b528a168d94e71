using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Skipper.Services.Data.Sources.Declarations;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Sources;

/// <summary>An answer, or a part of a file, as JSON; it is kept as it came, and rows are made of it.</summary>
internal sealed class SourcePage
{
    private const int MaxDepth = 64;

    /// <summary>What was asked for.</summary>
    public required SourceItem Item { get; init; }

    /// <summary>Which page of the item: the same place has the same name in every ingestion.</summary>
    public required string Name { get; init; }

    /// <summary>JSON.</summary>
    public required string Text { get; init; }

    /// <summary>Lower case hex sha256 of the bytes that came.</summary>
    public required string Digest { get; init; }

    public required JsonElement Root { get; init; }

    public required DateTimeOffset FetchedAt { get; init; }

    /// <summary>Number of the first record, from 1.</summary>
    public long FirstRecord { get; init; } = 1;

    /// <summary>What the state becomes when the rows of this page are there, but for the cursor.</summary>
    public Func<ItemState, ItemState> Advance { get; init; } = state => state;

    /// <summary>Reads JSON of others: its size is bounded before, here its depth and what the databases take.</summary>
    /// <exception cref="JsonException">It is not whole, or not JSON.</exception>
    /// <exception cref="MeshException">It is JSON that cannot be kept.</exception>
    public static (string Text, JsonElement Root, string Digest) Parse(ReadOnlyMemory<byte> utf8)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(utf8.Span));
        var json = utf8.Span.StartsWith(Encoding.UTF8.Preamble) ? utf8[3..] : utf8;
        if (!Utf8.IsValid(json.Span))
        {
            throw new JsonException("it is not UTF-8 text");
        }

        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
        var text = Encoding.UTF8.GetString(json.Span);
        if (text.Contains("\\u0000", StringComparison.Ordinal))
        {
            throw MeshException.InvalidArgument("The answer has a zero character (\\u0000) in a text, which no database keeps.");
        }

        return (text, document.RootElement.Clone(), digest);
    }
}
