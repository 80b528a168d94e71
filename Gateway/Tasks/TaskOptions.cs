using System.ComponentModel.DataAnnotations;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Gateway.Tasks;

/// <summary>The known task types by name: section <c>Skipper:Tasks:{task_type}</c>.</summary>
public sealed class TaskOptions
{
    public const string Section = "Skipper:Tasks";

    /// <summary>
    /// Where each task type goes. Default: the task types of the original engine, and those that
    /// workflows are made of.
    /// </summary>
    public Dictionary<string, TaskRoute> Types { get; } = new(StringComparer.Ordinal)
    {
        ["training"] = new() { Queue = Queues.Training },
        ["run_trial"] = new() { Queue = Queues.Training },
        ["plan_search"] = new() { Queue = Queues.Models },
        ["select_trials"] = new() { Queue = Queues.Models },
        ["serving"] = new() { Queue = Queues.Serving },
        ["predict"] = new() { Queue = Queues.Serving },
        ["serving_statistics"] = new() { Queue = Queues.Serving },
        ["predict_stored"] = new() { Queue = Queues.Serving },
        ["plan_scoring"] = new() { Queue = Queues.Data },
        ["score_part"] = new() { Queue = Queues.Scoring },
        ["publish_scores"] = new() { Queue = Queues.Data },
        ["served_models"] = new() { Queue = Queues.Serving },
        ["load_model"] = new() { Queue = Queues.Serving },
        ["unload_model"] = new() { Queue = Queues.Serving },
        ["explain"] = new() { Queue = Queues.Serving },
        ["measure_drift"] = new() { Queue = Queues.Serving },
        ["infer"] = new() { Queue = Queues.Serving },
        ["set_rollout"] = new() { Queue = Queues.Serving },
        ["stop_rollout"] = new() { Queue = Queues.Serving },
        ["find_rollout"] = new() { Queue = Queues.Serving },
        ["mobilenet"] = new() { Queue = Queues.MobileNet },
        ["import_dataset"] = new() { Queue = Queues.Data },
        ["find_dataset"] = new() { Queue = Queues.Data },
        ["split_dataset"] = new() { Queue = Queues.Data },
        ["ingest_source"] = new() { Queue = Queues.Data },
        ["replay_source"] = new() { Queue = Queues.Data },
        ["publish_source"] = new() { Queue = Queues.Data },
        ["profile_dataset"] = new() { Queue = Queues.Data },
        ["build_features"] = new() { Queue = Queues.Data },
        ["fit_transform"] = new() { Queue = Queues.Data },
        ["process_dataset"] = new() { Queue = Queues.Data },
        ["preprocess_audio"] = new() { Queue = Queues.Data },
        ["preprocess_image"] = new() { Queue = Queues.Data },
        ["preprocess_text"] = new() { Queue = Queues.Data },
        ["preprocess_weather"] = new() { Queue = Queues.Data },
        ["find_model"] = new() { Queue = Queues.Models },
        ["promote_model"] = new() { Queue = Queues.Models },
        ["rollback_model"] = new() { Queue = Queues.Models },
        ["describe_model"] = new() { Queue = Queues.Models },
        ["import_model"] = new() { Queue = Queues.Models },
        ["delete_model_version"] = new() { Queue = Queues.Models },
        ["compare_models"] = new() { Queue = Queues.Training },
    };
}

/// <summary>Where a task type goes.</summary>
public sealed class TaskRoute : IValidatableObject
{
    /// <summary>The queue of its workers.</summary>
    public string Queue { get; set; } = "";

    /// <summary>How long one execution may take; absent = the default of calls or runs. Seconds.</summary>
    public double? TimeoutSeconds { get; set; }

    internal TimeSpan? Timeout => TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrWhiteSpace(Queue))
        {
            yield return new ValidationResult("Queue must name a queue, was empty");
        }

        if (TimeoutSeconds is <= 0 or > 2_592_000 or double.NaN)
        {
            yield return new ValidationResult($"TimeoutSeconds must be more than 0 and at most 2592000, was {TimeoutSeconds}");
        }
    }
}
