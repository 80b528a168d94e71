using System.Collections.Frozen;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Shared.Engines;

/// <summary>What a model answers.</summary>
public enum ModelTask
{
    /// <summary>Any numbers, one or more targets.</summary>
    Regression,

    /// <summary>One of two classes: 0 or 1.</summary>
    Binary,

    /// <summary>One of several classes, numbered from 0.</summary>
    Multiclass,

    /// <summary>A score that orders the rows of one query; only the order has a meaning.</summary>
    Ranking,
}

/// <summary>Tasks as they are written in requests and model files.</summary>
public static class ModelTasks
{
    private static readonly FrozenDictionary<string, ModelTask> ByName =
        Enum.GetValues<ModelTask>().ToFrozenDictionary(task => task.Name(), StringComparer.Ordinal);

    /// <summary>The name, such as <c>binary</c>.</summary>
    public static string Name(this ModelTask task) => task switch
    {
        ModelTask.Regression => "regression",
        ModelTask.Binary => "binary",
        ModelTask.Multiclass => "multiclass",
        ModelTask.Ranking => "ranking",
        _ => throw new ArgumentOutOfRangeException(nameof(task), task, "No such task."),
    };

    /// <summary>Whether the target of the task is the number of a class.</summary>
    public static bool IsClassification(this ModelTask task) => task is ModelTask.Binary or ModelTask.Multiclass;

    /// <summary>The task of a request.</summary>
    /// <exception cref="MeshException">No such task; says the nearest one.</exception>
    public static ModelTask Parse(string name) => ByName.TryGetValue(name, out var task)
        ? task
        : throw MeshException.InvalidArgument(
            $"There is no task '{(name.Length > 80 ? name[..80] : name)}'; did you mean '{NearestName.Find(name, ByName.Keys)}'? "
            + $"Known: {string.Join(", ", Enum.GetValues<ModelTask>().Select(Name))}.");
}
