using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Security;

/// <summary>Lets a request through that brings a key with the scope that its endpoint wants.</summary>
internal sealed class KeyCheck(RequestDelegate next, ApiKeyRing keys, IOptions<AuthOptions> options)
{
    private const string KeyHeader = "X-Api-Key";
    private const string Bearer = "Bearer ";

    private readonly bool _needsKey = options.Value.NeedsKey;

    public Task InvokeAsync(HttpContext http) =>
        _needsKey && http.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null ? CheckAsync(http) : next(http);

    private async Task CheckAsync(HttpContext http)
    {
        var text = TextOf(http.Request);
        var key = text is null ? null : await keys.FindAsync(text, http.RequestAborted);
        if (key is null)
        {
            throw new MeshException(
                ErrorCode.Unauthenticated,
                "This needs an API key that is good, as 'Authorization: Bearer KEY' or 'X-Api-Key: KEY'. Keys are made with "
                + "'Gateway keys create NAME --scope run', or by POST /api/v1/skipper/keys.");
        }

        http.Features.Set(new Caller(key.Name, key.Id));
        var wanted = EndpointScope.Of(http);
        if (Scopes.Parse(key.Scope) < wanted)
        {
            throw new MeshException(
                ErrorCode.PermissionDenied, $"This needs a key of scope {wanted.Name()}; '{key.Name}' has {key.Scope}.");
        }

        if (!keys.TryTake(key))
        {
            throw new MeshException(ErrorCode.ResourceExhausted, $"The key '{key.Name}' has made too many requests. Slow down.");
        }

        await next(http);
    }

    private static ApiKeyText? TextOf(HttpRequest request)
    {
        string? sent = request.Headers.Authorization;
        return sent is not null && sent.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? ApiKeyText.Parse(sent[Bearer.Length..].Trim())
            : request.Headers[KeyHeader] is [{ } key] ? ApiKeyText.Parse(key) : null;
    }
}

/// <summary>Who makes a request.</summary>
/// <param name="Name">Name of the key.</param>
/// <param name="KeyId">Its id.</param>
internal sealed record Caller(string Name, string KeyId)
{
    /// <summary>Where no key is needed.</summary>
    public static readonly Caller Anonymous = new("anonymous", "");

    public static Caller Of(HttpContext http) => http.Features.Get<Caller>() ?? Anonymous;
}
