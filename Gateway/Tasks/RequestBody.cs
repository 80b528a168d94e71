using Microsoft.AspNetCore.Http.Features;

namespace Skipper.Gateway.Tasks;

/// <summary>Reads a whole body, up to the limit of its endpoint.</summary>
internal static class RequestBody
{
    private const int FirstBuffer = 4096;

    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var limit = request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize;
        if (request.ContentLength > limit)
        {
            // Said before memory is set aside for it.
            throw new BadHttpRequestException(
                $"The body may have {limit} bytes, this one has {request.ContentLength}.",
                StatusCodes.Status413PayloadTooLarge);
        }

        // One byte more than announced, so that the end is seen without growing.
        var buffer = new byte[request.ContentLength + 1 ?? FirstBuffer];
        var length = 0;
        while (await request.Body.ReadAsync(buffer.AsMemory(length), cancellationToken) is var read and > 0)
        {
            length += read;
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }

        return buffer.AsMemory(0, length);
    }
}
