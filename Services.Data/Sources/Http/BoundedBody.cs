using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Sources.Http;

/// <summary>Reads an answer to its end, unpacked, but not beyond a limit.</summary>
internal static class BoundedBody
{
    /// <exception cref="MeshException">It is larger.</exception>
    public static async Task<byte[]> ReadAsync(HttpContent content, int maxMegabytes, string place, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await stream.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            if (body.Length + read > maxMegabytes * 1024L * 1024)
            {
                throw new MeshException(
                    ErrorCode.FailedPrecondition,
                    $"{place} answered with more than {maxMegabytes} MiB, unpacked; "
                    + "ask for less, or raise limits.max_megabytes of the source.");
            }

            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }
}
