using Skipper.Gateway.Docs;
using static Skipper.Gateway.Docs.OperationDocs;

namespace Skipper.Gateway.Experiments;

/// <summary>Examples for the API description.</summary>
internal static class ExperimentDocs
{
    private const string Facts =
        """{"id":"0198c0de-0000-7000-8000-000000000001","experiment":"housing","state":"succeeded","run_id":"0198c0de-0000-7000-8000-000000000002","attempts":1,"task":"regression","engine":"xgboost","engine_version":"1.7.4","parameters":{"eta":0.08,"max_depth":4,"rounds":400},"seed":1,"dataset":"housing","dataset_version":3,"dataset_digest":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","features":["rm","lstat"],"targets":["price"],"code_version":"1.0.0","environment":{"os":"Debian GNU/Linux 12","processors":"8"},"started_at":"2026-01-02T03:04:05Z","ended_at":"2026-01-02T03:04:12Z","metrics":[{"part":"test","target":"price","name":"rmse","value":2.9}],"folds":[],"cross_validation":[],"series":[""";

    private const string Run = $$"""{{Facts}}],"model":"housing","model_version":2}""";

    private const string RunWithSeries =
        $$"""{{Facts}}{"part":"validation","target":"price","name":"rmse","values":[8.1,7.6,7.2]}],"model":"housing","model_version":2}""";

    public static readonly OperationDocs List = new(
        "Lists the experiments, that with the newest run first.",
        null,
        new Response(200, "All of them.", """{"experiments":[{"name":"housing","run_count":21,"newest_at":"2026-01-02T03:04:05Z"}]}"""),
        Problem(503, "unavailable", "There is no worker on queue skipper_models."));

    public static readonly OperationDocs ListRuns = new(
        "Lists runs of an experiment, newest first; ?state= running, succeeded, failed, cancelled or lost, ?limit= 1 to 1000 (100).",
        null,
        new Response(200, "Runs, without series.", $$"""{"runs":[{{Run}}]}"""),
        Problem(404, "not_found", "There is no experiment 'houses'."),
        Problem(422, "invalid_argument", "data.limit must be from 1 to 1000, was 0."));

    public static readonly OperationDocs FindRun = new(
        "Shows a run: parameters, dataset, code, environment, metrics, and what they were in each round.",
        null,
        new Response(200, "The run.", RunWithSeries),
        Problem(404, "not_found", "There is no run 0198c0de-0000-7000-8000-000000000001."));

    public static readonly OperationDocs Compare = new(
        "Puts runs side by side (?ids= with commas between them): what went in and differs, and all metrics.",
        null,
        new Response(
            200,
            "In the order of the ids.",
            $$$"""{"runs":[{{{Run}}}],"differences":{"parameters.eta":["0.08","0.3"]},"metrics":{"test.price.rmse":[2.9,3.3]}}"""),
        Problem(400, "invalid_argument", "ids must be ids of runs with commas between them, found 'x'."),
        Problem(404, "not_found", "There is no run 0198c0de-0000-7000-8000-000000000001."));
}
