using System.Net.Http.Headers;

namespace Skipper.Services.Data.Sources.Http;

/// <summary>A request to a provider.</summary>
internal sealed record ProviderRequest(Uri Address, IReadOnlyDictionary<string, string> Headers)
{
    private const string UserAgent = "Skipper/0.1 (data service)";

    public string? ETag { get; init; }

    public string? LastModified { get; init; }

    /// <summary>For messages: without the query, which may hold a key.</summary>
    public string Place => Address.GetLeftPart(UriPartial.Path);

    public HttpRequestMessage ToMessage()
    {
        var message = new HttpRequestMessage(HttpMethod.Get, Address);
        foreach (var (name, value) in Headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        if (!message.Headers.Contains("User-Agent"))
        {
            message.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        }

        if (ETag is not null && EntityTagHeaderValue.TryParse(ETag, out var tag))
        {
            message.Headers.IfNoneMatch.Add(tag);
        }

        if (LastModified is not null)
        {
            message.Headers.TryAddWithoutValidation("If-Modified-Since", LastModified);
        }

        return message;
    }
}
