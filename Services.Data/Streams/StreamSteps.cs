using System.Text.Json;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Rpc;

namespace Skipper.Services.Data.Streams;

/// <summary>Makes the transforms of a plan, and refuses one that could not be followed before anything is read.</summary>
internal static class StreamSteps
{
    private const int MostSteps = 50;

    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];

    public static IReadOnlyList<IRecordTransform> Create(StreamPlan plan, IRpcClient rpc, TimeProvider time)
    {
        Check("batch_size", plan.BatchSize, 10_000);
        Check("parallelism", plan.Parallelism, 16);
        Check("the number of steps", plan.Steps.Count + 1, MostSteps);
        return [.. plan.Steps.Select((step, index) => Create(step, index + 1, rpc, time))];
    }

    private static IRecordTransform Create(StreamStep step, int number, IRpcClient rpc, TimeProvider time)
    {
        IRecordTransform?[] given =
        [
            step.Keep is { } keep ? new KeepTransform(keep) : null,
            step.Rename is { } rename ? new RenameTransform(rename) : null,
            step.Require is { } require ? new RequireTransform(require) : null,
            step.Where is { } where ? new WhereTransform(Check(where, number)) : null,
            step.Call is { } call ? new CallTransform(Check(call, number), rpc, time) : null,
        ];
        var transforms = given.OfType<IRecordTransform>().ToList();
        return transforms.Count == 1
            ? transforms[0]
            : throw MeshException.InvalidArgument(
                $"Step {number} has one of keep, rename, require, where and call, found {transforms.Count} of them.");
    }

    private static StreamCondition Check(StreamCondition condition, int number)
    {
        if (!Comparisons.Contains(condition.Is))
        {
            throw MeshException.InvalidArgument(
                $"'is' of step {number} is one of {string.Join(' ', Comparisons)}, found '{condition.Is}'.");
        }

        return condition.Value.ValueKind is JsonValueKind.Number or JsonValueKind.String or JsonValueKind.True or JsonValueKind.False
            ? condition
            : throw MeshException.InvalidArgument(
                $"'value' of step {number} is a number, a text, true or false, found {condition.Value.ValueKind}.");
    }

    private static StreamCall Check(StreamCall call, int number)
    {
        if (Queues.IsInternal(call.Queue))
        {
            throw MeshException.InvalidArgument($"Step {number} calls a task queue, found the mesh's own {call.Queue}.");
        }

        return call.With is null or { ValueKind: JsonValueKind.Object }
            ? call
            : throw MeshException.InvalidArgument($"'with' of step {number} is an object, found {call.With.Value.ValueKind}.");
    }

    private static void Check(string name, int value, int most)
    {
        if (value < 1 || value > most)
        {
            throw MeshException.InvalidArgument($"{name} is 1 to {most}, found {value}.");
        }
    }
}
