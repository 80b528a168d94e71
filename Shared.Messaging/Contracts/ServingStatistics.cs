namespace Skipper.Shared.Messaging.Contracts;

/// <summary>Asks a serving worker what its models have done since they were loaded there; any one worker answers, for itself.</summary>
[TaskType("serving_statistics", Queues.Serving, Idempotent = true)]
public sealed record ReadServingStatistics : IRequest<ServingStatistics>
{
    /// <summary>Which model; without a version all of its versions. Absent = every loaded model.</summary>
    public ModelName? Data { get; init; }
}

/// <summary>What the models of one serving worker have done.</summary>
public sealed record ServingStatistics
{
    /// <summary>Machine and process id.</summary>
    public required string Worker { get; init; }

    /// <summary>The loaded versions, by name and number.</summary>
    public required IReadOnlyList<ModelStatistics> Models { get; init; }
}

/// <summary>What a version has done since it was loaded; the counts are those of Triton's statistics extension.</summary>
public sealed record ModelStatistics
{
    /// <summary>Model name.</summary>
    public required string Name { get; init; }

    /// <summary>Version number.</summary>
    public required int Version { get; init; }

    /// <summary>When a request was last answered, UTC; absent = never.</summary>
    public DateTimeOffset? LastInference { get; init; }

    /// <summary>Rows scored.</summary>
    public required long InferenceCount { get; init; }

    /// <summary>Calls of the engine; rows / calls = mean batch.</summary>
    public required long ExecutionCount { get; init; }

    /// <summary>Requests that wait or are being scored now.</summary>
    public required int Pending { get; init; }

    /// <summary>Rows that wait now.</summary>
    public required int QueuedRows { get; init; }

    /// <summary>Requests answered, from reading their rows to their last prediction.</summary>
    public required RequestTimes Success { get; init; }

    /// <summary>Requests refused or failed.</summary>
    public required RequestTimes Fail { get; init; }

    /// <summary>Requests that failed by reason: <c>rejected</c>, <c>canceled</c>, <c>backend</c>, <c>other</c>.</summary>
    public required IReadOnlyDictionary<string, long> Failures { get; init; }

    /// <summary>Reading and checking the rows of requests.</summary>
    public required RequestTimes ComputeInput { get; init; }

    /// <summary>Waiting for the engine.</summary>
    public required RequestTimes Queue { get; init; }

    /// <summary>In the engine; every request of a batch counts the whole batch.</summary>
    public required RequestTimes ComputeInfer { get; init; }

    /// <summary>Calls of the engine by size.</summary>
    public required IReadOnlyList<BatchStatistics> Batches { get; init; }

    /// <summary>
    /// Why batches were cut where they were: <c>idle</c> nothing else waited and waiting could save nothing, <c>full</c> most rows,
    /// <c>slack</c> a deadline, <c>gap</c> the next request is too far away, <c>alone</c> a redelivered request.
    /// </summary>
    public required IReadOnlyDictionary<string, long> Cuts { get; init; }

    /// <summary>What a batch is expected to cost.</summary>
    public required BatchCost Cost { get; init; }
}

/// <summary>A number of requests and how long they took together.</summary>
/// <param name="Count">Requests.</param>
/// <param name="Nanoseconds">Sum of their durations.</param>
public sealed record RequestTimes(long Count, long Nanoseconds);

/// <summary>Batches of about one size.</summary>
/// <param name="Rows">A power of two; the batches had at most so many rows, and more than half of it.</param>
/// <param name="Count">Batches.</param>
/// <param name="Nanoseconds">Sum of their times in the engine.</param>
public sealed record BatchStatistics(int Rows, long Count, long Nanoseconds);

/// <summary>What a batch of n rows is expected to cost: fixed + n * row, and 95 of 100 at most margin more. Microseconds.</summary>
public sealed record BatchCost
{
    /// <summary>Of any batch.</summary>
    public required double Fixed { get; init; }

    /// <summary>Of each row.</summary>
    public required double Row { get; init; }

    /// <summary>By which 95 of 100 batches of one row are not exceeded.</summary>
    public required double Margin { get; init; }

    /// <summary>Mean time between requests; absent = fewer than two came.</summary>
    public double? Gap { get; init; }

    /// <summary>Most rows in a batch.</summary>
    public required int MostRows { get; init; }
}
