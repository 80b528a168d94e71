using Skipper.Gateway.Docs;
using static Skipper.Gateway.Docs.OperationDocs;

namespace Skipper.Gateway.OpenInference;

/// <summary>Examples for the API description.</summary>
internal static class OpenInferenceDocs
{
    private static readonly Response NoModel = Error(404, "Model 'houses' is not known; known: housing.");

    private static readonly Response NoWorker = Error(503, "There is no worker on queue skipper_serving.");

    public static readonly OperationDocs Server = new(
        "Describes the server.",
        null,
        new Response(
            200,
            "Name, version and extensions.",
            """{"name":"skipper","version":"0.1.0","extensions":["binary_tensor_data","model_repository","schedule_policy","statistics"]}"""));

    public static readonly OperationDocs Live = new(
        "Tells whether the server takes requests.", null, new Response(200, "It does.", """{"live":true}"""));

    public static readonly OperationDocs Ready = new(
        "Tells whether all models that answer requests without a version, or by alias, are loaded.",
        null,
        new Response(200, "They are.", """{"live":true,"ready":true}"""),
        new Response(503, "They are not, or nobody can tell.", """{"live":true,"ready":false,"error":"There is no worker on queue skipper_serving."}""")
        {
            Type = "application/json",
        });

    public static readonly OperationDocs Model = new(
        "Describes the tensors of a model; an alias will do for a version.",
        null,
        new Response(
            200,
            "One input for each feature, one output for each predicted value; -1 = the number of rows.",
            """{"name":"housing","versions":["2","1"],"platform":"skipper_linear","inputs":[{"name":"rm","datatype":"FP64","shape":[-1,1]},{"name":"rad","datatype":"INT64","shape":[-1,1]}],"outputs":[{"name":"price","datatype":"FP64","shape":[-1,1]}]}"""),
        NoModel,
        NoWorker);

    public static readonly OperationDocs ModelReady = new(
        "Tells whether a model, or a version of it, is loaded.",
        null,
        new Response(200, "It is.", """{"name":"housing","ready":true}"""),
        NoModel,
        new Response(503, "It is not.", """{"name":"housing","ready":false,"error":"LOADING: "}""") { Type = "application/json" });

    public static readonly OperationDocs Infer = new(
        "Predicts tensors: one of shape [rows, features], or one of shape [rows, 1] for each feature; data flat or nested. Parameters: "
        + "timeout (microseconds), priority (1 = first), binary_data_output.",
        """{"id":"42","parameters":{"timeout":500000},"inputs":[{"name":"rm","shape":[2,1],"datatype":"FP64","data":[6.5,7.1]},{"name":"rad","shape":[2,1],"datatype":"INT64","data":[4,24]}],"outputs":[{"name":"price"}]}""",
        new Response(
            200,
            "The outputs.",
            """{"model_name":"housing","model_version":"2","id":"42","outputs":[{"name":"price","datatype":"FP64","shape":[2,1],"data":[24.1,30.2]}]}"""),
        Error(400, "Input 'rm' has shape [2, 1], which is 2 elements, and fewer in its data."),
        NoModel,
        Error(413, "The body may have 16777216 bytes, this one has 20971520."),
        Error(429, "Too many calls are in flight."),
        NoWorker,
        Error(504, "No answer within 0.5 s."));

    private const string Entry = """{"name":"housing","version":"2","state":"READY","reason":""}""";

    public static readonly OperationDocs Index = new(
        "Lists the models and their versions, those that are ready with {\"ready\": true}.",
        """{"ready":false}""",
        new Response(200, "State is READY, LOADING or UNAVAILABLE, reason says why.", $"[{Entry}]"),
        NoWorker);

    public static readonly OperationDocs Load = new(
        "Loads a model: the newest version, or the one that model@version or model@alias names.",
        """{"parameters":{}}""",
        new Response(200, "It is ready.", Entry),
        Error(400, "Model 'housing@2' cannot be loaded here: the file is not the one that the version was made with."),
        NoModel);

    public static readonly OperationDocs Unload = new(
        "Unloads all versions of a model, or the one that model@version names, until it is loaded again.",
        """{"parameters":{"unload_dependents":false}}""",
        new Response(200, "What became of its versions.", """[{"name":"housing","version":"2","state":"UNAVAILABLE","reason":"unloaded"}]"""),
        NoModel);

    public static readonly OperationDocs Statistics = new(
        "Tells what a model, or every model, has done since it was loaded, on the worker that answers; durations in nanoseconds.",
        null,
        new Response(
            200,
            "Counts and durations by version.",
            """{"model_stats":[{"name":"housing","version":"2","last_inference":1767323045000,"inference_count":64,"execution_count":3,"inference_stats":{"success":{"count":40,"ns":9000000},"fail":{"count":0,"ns":0},"queue":{"count":40,"ns":2000000},"compute_input":{"count":40,"ns":1000000},"compute_infer":{"count":40,"ns":6000000},"compute_output":{"count":0,"ns":0},"cache_hit":{"count":0,"ns":0}},"batch_stats":[{"batch_size":32,"compute_input":{"count":0,"ns":0},"compute_infer":{"count":3,"ns":450000},"compute_output":{"count":0,"ns":0}}]}]}"""),
        NoModel,
        NoWorker);

    private static Response Error(int status, string text) =>
        new(status, text, $$"""{"error":"{{text}}"}""") { Type = "application/json" };
}
