using System.ComponentModel.DataAnnotations;

namespace Skipper.Gateway.Tasks;

/// <summary>Paths of the original engine that stand for a task type: section <c>Skipper:Aliases:{name}</c>.</summary>
public sealed class AliasOptions
{
    public const string Section = "Skipper:Aliases";

    /// <summary>
    /// The aliases by name. Default: the <c>boston</c> and <c>mobilenet</c> paths of the original engine.
    /// </summary>
    public Dictionary<string, TaskAlias> Aliases { get; } = new(StringComparer.Ordinal)
    {
        ["boston_training"] = new() { Path = "boston/task_training", Kind = "async", TaskType = "training" },
        ["boston_status"] = new() { Path = "boston/{task_id}", Kind = "status" },
        ["boston_predict"] = new() { Path = "boston/task_predict", Kind = "sync", TaskType = "serving" },
        ["mobilenet_predict"] = new() { Path = "mobilenet/task_predict", Kind = "sync", TaskType = "mobilenet" },
    };
}

/// <summary>A path below <c>/api/v1/skipper/tasks</c>.</summary>
public sealed class TaskAlias : IValidatableObject
{
    /// <summary>The path; that of a status has a <c>{task_id}</c>.</summary>
    public string Path { get; set; } = "";

    /// <summary><c>async</c>, <c>sync</c> or <c>status</c>.</summary>
    public string Kind { get; set; } = "";

    /// <summary>What <c>task_type</c> is where the body does not say.</summary>
    public string TaskType { get; set; } = "";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrWhiteSpace(Path))
        {
            yield return new ValidationResult("Path must be a path, was empty");
        }

        if (Kind is not ("async" or "sync" or "status"))
        {
            yield return new ValidationResult($"Kind must be async, sync or status, was '{Kind}'");
        }

        if (Kind is "async" or "sync" && TaskType.Length == 0)
        {
            yield return new ValidationResult("TaskType must name a task type, was empty");
        }

        if (Kind is "status" && !Path.Contains("{task_id}", StringComparison.Ordinal))
        {
            yield return new ValidationResult($"Path of a status must contain {{task_id}}, was '{Path}'");
        }
    }
}
