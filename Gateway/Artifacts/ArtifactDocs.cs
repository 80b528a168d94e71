using Skipper.Gateway.Docs;
using static Skipper.Gateway.Docs.OperationDocs;

namespace Skipper.Gateway.Artifacts;

/// <summary>Examples for the API description.</summary>
internal static class ArtifactDocs
{
    public static readonly OperationDocs Read = new(
        "Reads an artifact, such as a .npy array, by its digest.",
        null,
        new Response(200, "Its bytes.", "(the bytes)") { Type = "application/octet-stream" },
        Problem(404, "not_found", "There is no artifact '9f86d0'. An artifact is named by 64 lower case hex digits."));
}
