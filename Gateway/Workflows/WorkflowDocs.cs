using Skipper.Gateway.Docs;
using static Skipper.Gateway.Docs.OperationDocs;

namespace Skipper.Gateway.Workflows;

/// <summary>Examples for the API description.</summary>
internal static class WorkflowDocs
{
    private const string Id = "01980f5e-3c7a-7b1e-9f0a-5d2c8e4b6a10";

    private const string Source = """
        name: nightly
        inputs:
          dataset: { type: string, default: housing }
        steps:
          train:
            task: training
            foreach: [linear, xgboost]
            with: { dataset: "${{ inputs.dataset }}", engine: "${{ item }}" }
        output: "${{ max_by(steps.train.outputs, 'model.metrics.test.price.r2') }}"
        """;

    private const string Summary =
        """{"name":"nightly","version":1,"digest":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","created_at":"2026-01-02T03:04:05Z"}""";

    private const string Version =
        """{"name":"nightly","version":1,"digest":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","created_at":"2026-01-02T03:04:05Z","definition":{"name":"nightly","steps":{"train":{"task":"training","queue":"skipper_training"}}}}""";

    public static readonly OperationDocs Put = new(
        "Stores a definition, YAML or JSON, as the newest version; the same definition gives the version that is there. "
        + "?validate_only=true only checks it.",
        Source,
        new Response(201, "A new version.", Version),
        new Response(200, "This definition is there already.", Version),
        new Response(
            400,
            "The definition is wrong: all places at once.",
            """{"type":"about:blank","title":"Bad Request","status":400,"detail":"The definition is wrong at line 4, column 11: Unknown task 'trainin'","code":"invalid_argument","trace_id":"0af7651916cd43dd8448eb211c80319c","errors":[{"line":4,"column":11,"message":"Unknown task 'trainin'"}]}"""),
        Problem(413, "invalid_argument", "The body may have 1048576 bytes, this one has 2097152."),
        Problem(415, "invalid_argument", "Expected a body of type application/yaml or application/json."))
    {
        RequestType = "application/yaml",
    };

    public static readonly OperationDocs List = new(
        "Lists the newest version of every workflow.", null, new Response(200, "By name.", $$"""{"workflows":[{{Summary}}]}"""));

    public static readonly OperationDocs Find = new(
        "Shows a workflow: the newest version, or the one named by ?version=. With Accept: application/yaml its source.",
        null,
        new Response(200, "The version.", Version),
        Problem(404, "not_found", "There is no workflow 'nightli'."));

    public static readonly OperationDocs Versions = new(
        "Lists all versions of a workflow.",
        null,
        new Response(200, "The newest first.", $$"""{"versions":[{{Summary}}]}"""),
        Problem(404, "not_found", "There is no workflow 'nightli'."));

    public static readonly OperationDocs Graph = new(
        "Shows the steps and what they need. With Accept: text/vnd.mermaid as a Mermaid flowchart.",
        null,
        new Response(
            200,
            "Nodes and edges.",
            """{"name":"nightly","version":1,"nodes":[{"id":"train","task":"training","queue":"skipper_training","foreach":true,"conditional":false,"on_failure":false}],"edges":[]}"""),
        Problem(404, "not_found", "There is no workflow 'nightli'."));

    public static readonly OperationDocs Start = new(
        "Accepts a run of a workflow. It is durable when the answer comes.",
        """{"input":{"dataset":"housing"},"priority":5,"description":"by hand","dedup_key":"housing"}""",
        new Response(
            202,
            "Accepted; Location says where its state is.",
            $$"""{"id":"{{Id}}","task_id":"{{Id}}","workflow":"nightly","state":"accepted"}"""),
        Problem(400, "invalid_argument", "priority must be a whole number from 0 to 9, found 10."),
        Problem(404, "not_found", "There is no workflow 'nightli'."),
        Problem(409, "already_exists", "An unfinished run of 'nightly' has the deduplication key 'housing'."),
        Problem(422, "invalid_argument", "The input of workflow 'nightly' is wrong: input 'dataset' must be text, found 5."));
}
