using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Gateway.Preprocessing;

/// <summary>A file that was sent, as the whole body or in a form, on its way to the artifact store; never whole in memory.</summary>
internal static class FileUpload
{
    private const int LongestBoundary = 100;
    private const int LongestField = 4096;

    /// <summary>Stores the file and returns its digest; other fields of a form become members of the recipe.</summary>
    /// <exception cref="BadHttpRequestException">Not one file.</exception>
    public static async Task<string> StoreAsync(
        HttpRequest request, JsonObject recipe, IArtifactStore artifacts, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            return await artifacts.PutAsync(request.Body, cancellationToken);
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (boundary is null or { Length: 0 or > LongestBoundary })
        {
            throw new BadHttpRequestException($"A multipart body has a boundary of 1 to {LongestBoundary} characters in its content type.");
        }

        try
        {
            return await StoreAsync(new MultipartReader(boundary, request.Body), recipe, artifacts, cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw new BadHttpRequestException($"The multipart body is wrong: {exception.Message}");
        }
    }

    private static async Task<string> StoreAsync(
        MultipartReader form, JsonObject recipe, IArtifactStore artifacts, CancellationToken cancellationToken)
    {
        string? digest = null;
        while (await form.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
            {
                throw new BadHttpRequestException("A part of the form has no content disposition.");
            }

            // A file name is never a path here: it only tells files from fields.
            if (disposition.IsFileDisposition())
            {
                digest = digest is null
                    ? await artifacts.PutAsync(section.Body, cancellationToken)
                    : throw new BadHttpRequestException("Expected one file, found more. Send one request for each.");
                continue;
            }

            var name = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
            recipe[name] = Recipes.Value(await ReadFieldAsync(section.Body, name, cancellationToken));
        }

        return digest ?? throw new BadHttpRequestException("Expected a form with a file, found none. With curl: -F file=@photo.png");
    }

    private static async Task<string> ReadFieldAsync(Stream body, string name, CancellationToken cancellationToken)
    {
        var bytes = new byte[LongestField + 1];
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return length <= LongestField
            ? Encoding.UTF8.GetString(bytes, 0, length)
            : throw new BadHttpRequestException($"Field {name} of the form has more than {LongestField} bytes. A file needs a file name.");
    }
}
