namespace Skipper.Gateway.Security;

/// <summary>What a browser must not do with our answers.</summary>
internal static class SecurityHeaders
{
    // Pages bring their own styles and charts; scripts come from this server's files only, and nothing may put a page into a frame.
    private const string ContentPolicy =
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

    // When the answer begins, because an error clears the headers that were set before.
    public static void UseSecurityHeaders(this WebApplication app) => app.Use(static (http, next) =>
    {
        http.Response.OnStarting(static state => Set((HttpContext)state), http);
        return next(http);
    });

    private static Task Set(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        if (headers.ContentSecurityPolicy.Count == 0)
        {
            headers.ContentSecurityPolicy = ContentPolicy;
        }

        if (http.Request.IsHttps)
        {
            headers.StrictTransportSecurity = "max-age=31536000";
        }

        return Task.CompletedTask;
    }
}
