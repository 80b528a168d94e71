using Skipper.Gateway.Docs;
using static Skipper.Gateway.Docs.OperationDocs;

namespace Skipper.Gateway.Pushes;

/// <summary>Examples for the API description.</summary>
internal static class PushDocs
{
    public static readonly OperationDocs List = new(
        "Lists the newest Pub/Sub pushes, at most 100: all, or those that are ?state=done, failed or malformed.",
        null,
        new Response(
            200,
            "Newest first. The artifact holds the payload, of a malformed push its whole body.",
            """{"pushes":[{"subscription":"projects/p/subscriptions/images","message_id":"136969346945","kind":"image","state":"failed","artifact":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","reason":"invalid_argument: Expected a PNG or JPEG file, found 3 bytes that begin with 474946.","received_at":"2026-01-02T03:04:05+00:00"}]}"""),
        Problem(400, "invalid_argument", "state is done, failed or malformed, was 'bad'."));
}
