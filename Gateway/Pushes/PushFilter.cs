using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Skipper.Gateway.Tasks;

namespace Skipper.Gateway.Pushes;

/// <summary>
/// Stands before an endpoint that takes files: a Pub/Sub push envelope is taken apart, checked and answered here, anything else
/// passes. JSON is a push, but for weather, whose records are JSON too: there only an object with <c>message</c> is.
/// </summary>
internal sealed class PushFilter(string kind) : IEndpointFilter
{
    // Pub/Sub's largest message has 10 MB, which base64 makes a third longer.
    private const long BodyLimit = 20L * 1024 * 1024;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type)
            || !type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            return await next(context);
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = BodyLimit;
        }

        var body = await RequestBody.ReadAsync(http.Request, http.RequestAborted);
        if (kind == "weather" && !IsPush(body))
        {
            http.Request.Body = new MemoryStream(body.ToArray(), writable: false);
            return await next(context);
        }

        return await http.RequestServices.GetRequiredService<PushReceiver>().ReceiveAsync(kind, body, http.RequestAborted);
    }

    private static bool IsPush(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return PushEnvelope.IsPush(json.RootElement);
        }
        catch (JsonException)
        {
            // One record after the other, or no JSON: the endpoint says what is wrong with it.
            return false;
        }
    }
}
