using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Skipper.Gateway.Docs;
using Skipper.Gateway.Tasks;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Rpc;

namespace Skipper.Gateway.OpenInference;

/// <summary>Inference: the JSON of request and response passes as it is, binary tensors in base64.</summary>
internal static class InferEndpoints
{
    private const long BodyLimit = 16 * 1024 * 1024;

    // What a call needs is looked up here, once: a parameter of the handler would be looked up, in a scope made for it, per request.
    public static void MapInfer(this RouteGroupBuilder group, string path)
    {
        var rpc = ((IEndpointRouteBuilder)group).ServiceProvider.GetRequiredService<IRpcClient>();
        group.MapPost(path, (Delegate)((HttpContext http) => InferAsync(http, rpc)))
            .WithMetadata(new RequestSizeLimitAttribute(BodyLimit)).WithDocs(OpenInferenceDocs.Infer);
    }

    private static async Task InferAsync(HttpContext http, IRpcClient rpc)
    {
        var (request, route) = (http.Request, http.Request.RouteValues);
        var body = await RequestBody.ReadAsync(request, http.RequestAborted);
        var length = JsonLength(request, body.Length);
        var model = ModelPath.Of((string)route["model"]!, (string?)route.GetValueOrDefault("version"));
        var message = InferMessage.Of(model, body[..length], body[length..]);
        var reply = await rpc.CallAsync(Queues.Serving, message.Body, message.Timeout, http.RequestAborted);
        await InferResponse.WriteAsync(http.Response, reply);
    }

    /// <summary>How much of the body is JSON: all of it, unless a header says that binary tensors follow.</summary>
    private static int JsonLength(HttpRequest request, int bodyLength)
    {
        var header = request.Headers[InferResponse.HeaderLength];
        if (header.Count == 0)
        {
            return bodyLength;
        }

        return int.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= bodyLength
            ? length
            : throw new BadHttpRequestException(
                $"{InferResponse.HeaderLength} must be a number of bytes from 0 to {bodyLength}, which the body has; was '{header}'.");
    }
}
