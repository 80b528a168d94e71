namespace Skipper.Gateway.Security;

/// <summary>Which scope an endpoint wants, where its method does not say.</summary>
internal sealed record EndpointScope(Scope Scope)
{
    /// <summary>GET looks, POST works, PUT and DELETE decide; an endpoint may say otherwise.</summary>
    public static Scope Of(EndpointScope? said, string method) => said?.Scope ?? method switch
    {
        "GET" or "HEAD" or "OPTIONS" => Scope.Read,
        "POST" => Scope.Run,
        _ => Scope.Admin,
    };

    /// <summary>What a request needs.</summary>
    public static Scope Of(HttpContext http) => Of(http.GetEndpoint()?.Metadata.GetMetadata<EndpointScope>(), http.Request.Method);
}

/// <summary>For endpoints whose method does not say what they need.</summary>
internal static class EndpointScopes
{
    public static RouteHandlerBuilder Requires(this RouteHandlerBuilder endpoint, Scope scope) => endpoint.WithMetadata(new EndpointScope(scope));
}
