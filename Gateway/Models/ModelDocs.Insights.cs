using Skipper.Gateway.Docs;
using static Skipper.Gateway.Docs.OperationDocs;

namespace Skipper.Gateway.Models;

internal static partial class ModelDocs
{
    public static readonly OperationDocs Explain = new(
        "Says what each input contributes to each output (or those in outputs) of rows, by a model named as model, model@version or "
        + "model@alias. Bias and contributions add up to the margin: log odds where there are classes, else mostly the prediction.",
        """{"rows":[{"rm":6.575,"lstat":4.98}],"outputs":["price"]}""",
        new Response(
            200,
            "One explanation per row and output, in the order of the rows.",
            """{"model":"housing","version":1,"explanations":[{"price":{"prediction":28.9,"margin":28.9,"bias":22.5,"contributions":{"rm":2.1,"lstat":4.3}}}]}"""),
        Problem(404, "not_found", "Model 'houses' is not known; known: housing."),
        Problem(409, "failed_precondition", "Model housing version 1 cannot be explained: engine 'oip' does not say what ..."),
        Problem(422, "invalid_argument", "Rows times outputs may be at most 1000, found 600 rows and 2 outputs; ..."));

    public static readonly OperationDocs Drift = new(
        "Compares what was asked of a version (model, model@version or model@alias), and what it answered, in the last ?hours= with its "
        + "training part: population stability index and share of missing values by input and output. Workers add their counts every 10 s.",
        null,
        new Response(
            200,
            "The figures; verdicts are none, warn, drift and too_few_rows.",
            """{"model":"housing","version":1,"from":"2026-01-01T04:00:00Z","to":"2026-01-02T03:04:05Z","verdict":"drift","row_count":5210,"skipped_row_count":0,"fewest_rows":1000,"reference_row_count":404,"features":[{"drift":{"column":"rm","verdict":"drift","method":"psi","value":0.61,"threshold":0.25,"probability":1e-12,"reason":"psi 0.61 of 5210 rows against 404 (threshold 0.25), by chance so far apart with probability 1E-12"},"missing_share":0,"reference_missing_share":0,"bins":[{"up_to":6.2,"reference":202,"count":1200},{"reference":202,"count":4010}]}],"predictions":[]}"""),
        Problem(404, "not_found", "Model 'houses' is not known; known: housing."),
        Problem(409, "failed_precondition", "Nothing is known of the rows that model elsewhere version 1 was trained on, ..."),
        Problem(422, "invalid_argument", "hours must be between 1 and 840, was 0."));
}
