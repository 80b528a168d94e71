using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Skipper.Cli.Arguments;
using Skipper.Cli.Output;

namespace Skipper.Cli.Runs;

/// <summary>Starts runs: of a task type, or of a workflow.</summary>
internal static class SubmitVerbs
{
    public static IReadOnlyList<Verb> All { get; } =
    [
        new("submit", "Starts a run and prints its id; it goes on whatever happens here.", SubmitAsync)
        {
            Parameters = [new("TASK_TYPE", "what is to be done, as training; absent with --workflow") { IsOptional = true }],
            Options =
            [
                new("workflow", "run this workflow instead of a task") { Value = "NAME" },
                new("payload", "the task's payload") { Value = "TEXT" },
                new("data", "the task's data, or the workflow's input: JSON, @FILE, or - for the standard input") { Value = "JSON" },
                new("set", "sets one member of data; dots go deeper, a value that is JSON is taken as JSON")
                {
                    Value = "NAME=VALUE",
                    IsMany = true,
                },
                new("description", "what it is for") { Value = "TEXT" },
                new("priority", "0 (late) to 9 (soon), of workflows; default 5") { Value = "N" },
                new("key", "idempotency key: the same key again is the same run") { Value = "KEY" },
                new("watch", "follow the run until it ends, as 'skipper watch' does"),
            ],
            Examples =
            [
                "skipper submit training --payload 0.2 --watch",
                "skipper submit training --payload 0.2 --set dataset=housing --set engine=xgboost --set parameters.rounds=200",
                "skipper submit --workflow housing --set dataset=housing --key \"housing-$(date +%F)\"",
                "id=$(skipper submit training --payload 0.2 --json | jq -r .id)",
            ],
        },
    ];

    private static async Task<int> SubmitAsync(Session session)
    {
        var line = session.Line;
        var (task, workflow) = (line.FindParameter("TASK_TYPE"), line.Option("workflow"));
        if (task is null == workflow is null)
        {
            throw line.Misused(task is null
                ? "Expected a task type, as in 'skipper submit training', or --workflow NAME."
                : "Expected either a task type or --workflow, found both.");
        }

        var data = await SubmitData.ReadAsync(session);
        var (path, body) = workflow is null
            ? ("tasks/execute_async", OfTask(line, task!, data))
            : ($"workflows/{Uri.EscapeDataString(workflow)}/runs", OfWorkflow(line, data));
        var accepted = await session.Api.SendAsync(
            HttpMethod.Post,
            path,
            JsonContent.Create(body),
            line.Option("key") is { } key ? [("Idempotency-Key", key)] : []);

        var id = accepted.Text("task_id")!;
        if (line.Has("watch"))
        {
            return await RunWatch.FollowAsync(session, id);
        }

        if (session.IsJson)
        {
            session.Screen.Json(await session.Api.GetAsync($"runs/{id}"));
        }
        else
        {
            session.Screen.Line(id);
        }

        return ExitCode.Done;
    }

    private static JsonObject OfTask(CommandLine line, string task, JsonNode? data)
    {
        if (line.Has("priority"))
        {
            throw line.Misused("--priority is for workflows; tasks have none.");
        }

        return Without(new()
        {
            ["task_type"] = task,
            ["payload"] = line.Option("payload"),
            ["data"] = data,
            ["description"] = line.Option("description"),
        });
    }

    private static JsonObject OfWorkflow(CommandLine line, JsonNode? data)
    {
        if (line.Has("payload"))
        {
            throw line.Misused("--payload is for tasks; a workflow has --data and --set.");
        }

        return Without(new()
        {
            ["input"] = data,
            ["priority"] = line.Whole("priority", 0, 9),
            ["description"] = line.Option("description"),
        });
    }

    /// <summary>Absent is not the same as null to everybody.</summary>
    private static JsonObject Without(JsonObject body)
    {
        foreach (var name in body.Where(member => member.Value is null).Select(member => member.Key).ToList())
        {
            body.Remove(name);
        }

        return body;
    }
}
