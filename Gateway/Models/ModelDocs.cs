using Skipper.Gateway.Docs;
using static Skipper.Gateway.Docs.OperationDocs;

namespace Skipper.Gateway.Models;

/// <summary>Examples for the API description.</summary>
internal static partial class ModelDocs
{
    private const string Version =
        """{"name":"housing","version":1,"engine":"linear","engine_version":"5.0.0","artifact":"2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae","features":[{"name":"rm","type":"number","mean":6.3,"standard_deviation":0.7,"minimum":3.6,"maximum":8.8}],"targets":["price"],"metrics":{"test":{"price":{"rmse":4.8,"mae":3.4,"r2":0.72}}},"dataset":"housing","dataset_version":1,"dataset_digest":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","parameters":{"ridge":1},"created_at":"2026-01-02T03:04:05Z","task":"regression","signature":{"inputs":[{"name":"rm","type":"number","required":true,"minimum":3.6,"maximum":8.8}],"outputs":[{"name":"price","type":"number"}],"missing":"refuse"},"golden":{"inputs":[[0.5]],"outputs":[[24.1]],"tolerance":1e-05},"lineage":{"source":"trained","run_id":"0198c0de-0000-7000-8000-000000000001","seed":1,"code_version":"0.1.0"}}""";

    public static readonly OperationDocs List = new(
        "Lists the newest version of every model.",
        null,
        new Response(200, "By name.", $$"""{"models":[{{Version}}],"engines":["linear"]}"""),
        Problem(503, "unavailable", "There is no worker on queue skipper_models."));

    public static readonly OperationDocs Find = new(
        "Shows a model: the newest version, or the one named by ?version=, ?alias=, or ?alias=&as_of= (where the alias pointed then).",
        null,
        new Response(200, "The version.", Version),
        Problem(404, "not_found", "There is no model 'houses'."));

    public static readonly OperationDocs Predict = new(
        "Predicts rows with a model, named as model, model@version or model@alias. A row that does not fit fails the call, or, with "
        + "\"on_error\":\"item\", only itself: its prediction is {} then, and errors says why. "
        + "While a rollout splits the calls, those with the same sticky_key get the same lane, which the answer names.",
        """{"on_error":"item","sticky_key":"user-7","rows":[{"crim":0.00632,"zn":18,"indus":2.31,"chas":0,"nox":0.538,"rm":6.575,"age":65.2,"dis":4.09,"rad":1,"tax":296,"b":396.9,"lstat":4.98},{"rm":"six"}]}""",
        new Response(
            200,
            "One prediction per row, in the order of the rows.",
            """{"model":"housing","version":1,"predictions":[{"price":28.9,"ptratio":15.6},{}],"errors":[{"row":1,"error":"Row 1: Column 'rm' must be a number, found the text \"six\"; send numbers without quotes.","code":"invalid_argument","retryable":false,"details":{"row":1,"column":"rm"}}]}"""),
        Problem(400, "invalid_argument", "Expected rows."),
        Problem(404, "not_found", "There is no model 'houses'."),
        Problem(422, "invalid_argument", "Row 0: column 'rm' is missing."),
        Problem(503, "unavailable", "There is no worker on queue skipper_serving."),
        Problem(504, "deadline_exceeded", "No answer within 30 s."));
}
