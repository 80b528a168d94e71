using Skipper.Gateway.Docs;
using static Skipper.Gateway.Docs.OperationDocs;

namespace Skipper.Gateway.Predictions;

/// <summary>Examples for the API description.</summary>
internal static class PredictionDocs
{
    private const string Prediction =
        """{"request_id":"order-4711","row":0,"model":"housing","version":3,"source":"stored","input":{"rm":6.575,"lstat":4.98},"output":{"price":28.9},"predicted_at":"2026-01-02T03:04:05Z","labels":{"price":27.5}}""";

    public static readonly OperationDocs Store = new(
        "Predicts rows and keeps the answer under request_id (or Idempotency-Key); the same request again is answered with what was kept.",
        """{"model":"housing@champion","request_id":"order-4711","rows":[{"rm":6.575,"lstat":4.98}]}""",
        new Response(
            201,
            "Kept; Location finds it again.",
            """{"request_id":"order-4711","model":"housing","version":3,"predicted_at":"2026-01-02T03:04:05Z","predictions":[{"price":28.9}]}"""),
        Problem(409, "already_exists", "Request 'order-4711' was kept with another model or other rows."),
        Problem(422, "invalid_argument", "Row 0: Column 'rm' is missing."),
        Problem(503, "unavailable", "There is no worker on queue skipper_serving."));

    public static readonly OperationDocs List = new(
        "Lists kept predictions, newest first; ?model=, ?version=, ?since=, ?until=, ?limit= 1 to 1000 (100), ?page_token=.",
        null,
        new Response(200, "A page.", $$"""{"predictions":[{{Prediction}}],"next_page_token":"eyJhdCI6"}"""),
        Problem(422, "invalid_argument", "data.limit must be from 1 to 1000, was 0."));

    public static readonly OperationDocs Find = new(
        "Shows what was predicted for a request, row by row, with what came true.",
        null,
        new Response(200, "The rows of the request.", $$"""{"predictions":[{{Prediction}}]}"""),
        Problem(404, "not_found", "Nothing is kept for request 'order-4711'."));

    public static readonly OperationDocs Feedback = new(
        "Says what came true for rows of a request: a number, a class, or an object with a member per target; again corrects it.",
        """{"labels":[{"row":0,"label":27.5}]}""",
        new Response(200, "How many rows have a label now.", """{"request_id":"order-4711","labeled_count":1,"row_count":1}"""),
        Problem(404, "not_found", "Nothing is kept for request 'order-4711'."),
        Problem(422, "invalid_argument", "The label of row 0 cannot be taken: expected a finite number for 'price', found null."));

    public static readonly OperationDocs Measure = new(
        "Says how good the predictions of a model have turned out to be, by version; ?since= and ?until= are times of the predictions.",
        null,
        new Response(
            200,
            "Versions, newest first.",
            """{"model":"housing","versions":[{"version":3,"row_count":1200,"targets":{"price":{"labeled_count":310,"rmse":3.1,"mae":2.2,"bias":-0.4}}}]}"""),
        Problem(404, "not_found", "No prediction of 'houses' is kept, or none of that time."));
}
