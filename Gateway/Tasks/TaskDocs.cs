using Skipper.Gateway.Docs;
using static Skipper.Gateway.Docs.OperationDocs;

namespace Skipper.Gateway.Tasks;

/// <summary>Examples for the API description.</summary>
internal static class TaskDocs
{
    private const string Id = "01980f5e-3c7a-7b1e-9f0a-5d2c8e4b6a10";

    public static readonly OperationDocs Root = new(
        "Tells that the API is running.", null, new Response(200, "Running.", "\"Skipper API is running\""));

    public static readonly OperationDocs ExecuteAsync = new(
        "Accepts a task. It is durable when the answer comes, and is executed even if any process dies.",
        """{"task_type":"training","payload":"0.2","description":"first model"}""",
        new Response(202, "Accepted; Location says where its status is.", $$"""{"task_id":"{{Id}}","task_status":"Processing"}"""),
        Problem(400, "invalid_argument", $"Unknown task_type 'trainin'; known are {string.Join(", ", new TaskOptions().Types.Keys.Order(StringComparer.Ordinal))}."),
        Problem(413, "invalid_argument", "The body may have 16777216 bytes, this one has 20971520."),
        Problem(503, "unavailable", "The database cannot be reached now."));

    public static readonly OperationDocs Status = new(
        "Tells how a task is: Processing, Success, Failed or Cancelled.",
        null,
        new Response(
            202,
            "Its status; the code is 202 even when it has ended, as in the original engine.",
            $$$"""{"task_id":"{{{Id}}}","task_status":"Success","outcome":"{\"result\":\"TASK_COMPLETED\"}","result":{"result":"TASK_COMPLETED"}}"""),
        Problem(404, "not_found", "There is no such task."));

    public static readonly OperationDocs ExecuteSync = new(
        "Calls a worker and waits for its answer.",
        """{"task_type":"serving","payload":"-","data":{"crim":0.00632,"zn":18,"indus":2.31,"chas":0,"nox":0.538,"rm":6.575,"age":65.2,"dis":4.09,"rad":1,"tax":296,"b":396.9,"lstat":4.98}}""",
        new Response(
            202,
            "The answer: outcome is its text, result the same as JSON. An unknown task_type is answered 'Wrong task type'.",
            """{"task_id":"-","task_status":"Success","outcome":"{\"price\":28.9,\"ptratio\":15.6}","result":{"price":28.9,"ptratio":15.6}}"""),
        Problem(400, "invalid_argument", "The body is not valid JSON at line 1, byte 3."),
        Problem(422, "invalid_argument", "Column 'rm' is missing."),
        Problem(429, "resource_exhausted", "Too many calls are in flight."),
        Problem(502, "internal", "The worker failed."),
        Problem(503, "unavailable", "There is no worker on queue skipper_serving."),
        Problem(504, "deadline_exceeded", "No answer within 30 s."));

    public static readonly OperationDocs Workflow = new(
        "Tells a service which queue a task type has; '-' where it is unknown.",
        null,
        new Response(200, "The queue.", """{"service_id":"training_async","queue_name":"skipper_training"}"""));

    public static readonly OperationDocs Log = new(
        "Takes a log entry of a service.",
        """{"correlation_id":"7d1c","queue_name":"skipper_training","service_name":"training","task_type":"start","description":"-"}""",
        new Response(202, "Logged.", """{"status":"logged"}"""),
        Problem(400, "invalid_argument", "The body is not valid JSON."));
}
