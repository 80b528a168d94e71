using Skipper.Gateway.Docs;
using static Skipper.Gateway.Docs.OperationDocs;

namespace Skipper.Gateway.RunsApi;

/// <summary>Examples for the API description.</summary>
internal static class RunControlDocs
{
    private const string New = "01980f60-11c2-7d0a-8c3e-0b1f5a7d9e22";

    public static readonly OperationDocs Cancel = new(
        "Asks a run to stop. What waits is cancelled at once, a running step with its next heartbeat; with force nobody is waited for.",
        """{"reason":"wrong dataset","force":false}""",
        new Response(200, "It has ended, by this or before.", State("cancelled")),
        new Response(202, "Its workers are told to stop.", State("running")),
        Problem(400, "invalid_argument", "The body does not fit: 'forced' is not known."),
        RunDocs.Unknown);

    public static readonly OperationDocs Rerun = new(
        "Repeats an ended run as a new one that reuses outputs: from the failed steps, from one step on, or all.",
        """{"from":"failed"}""",
        new Response(
            202, "Accepted.", $$$"""{"id":"{{{New}}}","rerun_of":"{{{RunDocs.Id}}}","links":{"self":"{{{RunLinks.Runs}}}/{{{New}}}"}}"""),
        RunDocs.Unknown,
        Problem(409, "failed_precondition", "The run is running; only a run that has ended can be repeated."),
        Problem(422, "invalid_argument", "There is no step 'trian'; known are data, train."));

    public static readonly OperationDocs Delete = new(
        "Deletes a run that has ended, with its steps, events and logs.",
        null,
        new Response(204, "It is gone."),
        RunDocs.Unknown,
        Problem(409, "failed_precondition", "The run is running; only runs that have ended can be deleted. Cancel it first."));

    private static string State(string state) =>
        $$$"""{"id":"{{{RunDocs.Id}}}","state":"{{{state}}}","links":{"self":"{{{RunLinks.Runs}}}/{{{RunDocs.Id}}}"}}""";
}
