using Skipper.Gateway.Docs;
using static Skipper.Gateway.Docs.OperationDocs;

namespace Skipper.Gateway.Security;

/// <summary>Examples for the API description.</summary>
internal static class KeyDocs
{
    private const string Key =
        """{"id":"3f9a1c0e77b2","name":"ci","scope":"run","created_at":"2026-01-02T03:04:05+00:00","last_used_at":"2026-01-02T04:00:00+00:00"}""";

    private const string Told =
        """{"id":"3f9a1c0e77b2","name":"ci","scope":"run","key":"skipper_3f9a1c0e77b2_EXAMPLE-EXAMPLE-EXAMPLE-EXAMPLE-EXAMPLE-EXA"}""";

    public static readonly OperationDocs List = new(
        "Lists all keys, revoked ones included, without their secrets.", null, new Response(200, "Oldest first.", $$"""{"keys":[{{Key}}]}"""));

    public static readonly OperationDocs Create = new(
        "Makes a key. Its scope is read (GET), run (also tasks, predictions, uploads) or admin (everything).",
        """{"name":"ci","scope":"run","requests_per_minute":600,"expires_at":"2027-01-01T00:00:00Z"}""",
        new Response(201, "The key is shown here and never again.", Told),
        Problem(422, "invalid_argument", "scope must be read, run or admin, was 'root'."));

    public static readonly OperationDocs Rotate = new(
        "Makes a new key with the name and scope of another, which stays good for a while.",
        """{"overlap_seconds":3600}""",
        new Response(201, "The new key is shown here and never again.", Told),
        Problem(404, "not_found", "There is no key '3f9a1c0e77b2' that is good."));

    public static readonly OperationDocs Revoke = new(
        "Revokes a key: at once here, within seconds at other gateways.",
        null,
        new Response(204, "It is not good any more."),
        Problem(404, "not_found", "There is no key '3f9a1c0e77b2' that is good."));

    public static readonly OperationDocs Audit = new(
        "Lists what administrators decided or tried to, the newest first, 100 at a time; ?before=SEQ for older ones.",
        null,
        new Response(
            200,
            "next_before is there where older entries may be.",
            """{"entries":[{"seq":17,"at":"2026-01-02T03:04:05+00:00","caller":"ops","key_id":"3f9a1c0e77b2","address":"10.0.0.7","action":"PUT /api/v1/skipper/models/housing/aliases/champion","status":200}]}"""));
}
