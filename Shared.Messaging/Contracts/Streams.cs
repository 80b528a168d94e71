using System.Text.Json;

namespace Skipper.Shared.Messaging.Contracts;

/// <summary>
/// Reads records one after the other, transforms each and writes what becomes of it; a record that cannot be transformed goes to the
/// dead letters and stops no other. In a step of a run, an attempt goes on where the one before it was committed.
/// </summary>
[TaskType("process_dataset", Queues.Data)]
public sealed record ProcessDataset : IRequest<ProcessedDataset>
{
    /// <summary>From where, through what.</summary>
    public required StreamPlan Data { get; init; }
}

/// <summary>Where records come from and what is done with each.</summary>
public sealed record StreamPlan
{
    /// <summary>Dataset to read; absent where <see cref="Artifact"/> or <see cref="Queue"/> is given.</summary>
    public DatasetName? Dataset { get; init; }

    /// <summary>Digest of a JSON Lines file, plain or packed by gzip, in the artifact store.</summary>
    public string? Artifact { get; init; }

    /// <summary>A queue of JSON objects to drain.</summary>
    public StreamQueue? Queue { get; init; }

    /// <summary>What is done with each record, in this order.</summary>
    public IReadOnlyList<StreamStep> Steps { get; init; } = [];

    /// <summary>How many records are transformed at a time, 1 to 10000. Default: 500.</summary>
    public int BatchSize { get; init; } = 500;

    /// <summary>How many batches are transformed side by side, 1 to 16. Default: 2.</summary>
    public int Parallelism { get; init; } = 2;
}

/// <summary>
/// A queue and when to stop reading it. A message is acknowledged when what became of it is durable; one that comes again after that is
/// known by its <c>message_id</c>, one without may be processed twice.
/// </summary>
public sealed record StreamQueue
{
    /// <summary>Its name, which does not begin with <c>skipper</c>: those queues hold tasks.</summary>
    public required string Name { get; init; }

    /// <summary>The most messages to take; absent = all there are.</summary>
    public long? MaxRecords { get; init; }

    /// <summary>Done when no message came for so long. Seconds. Default: 5.</summary>
    public double IdleSeconds { get; init; } = 5;
}

/// <summary>One thing that is done with each record; exactly one member is given.</summary>
public sealed record StreamStep
{
    /// <summary>Keeps these members of a record only, in this order.</summary>
    public IReadOnlyList<string>? Keep { get; init; }

    /// <summary>Gives members other names: old name to new name.</summary>
    public IReadOnlyDictionary<string, string>? Rename { get; init; }

    /// <summary>Members that must be there and not null; a record without goes to the dead letters.</summary>
    public IReadOnlyList<string>? Require { get; init; }

    /// <summary>Leaves out records for which it does not hold.</summary>
    public StreamCondition? Where { get; init; }

    /// <summary>Sends records to a worker, a batch at a time.</summary>
    public StreamCall? Call { get; init; }
}

/// <summary>A comparison of a member with a value.</summary>
public sealed record StreamCondition
{
    /// <summary>The member.</summary>
    public required string Column { get; init; }

    /// <summary><c>==</c>, <c>!=</c>, <c>&lt;</c>, <c>&lt;=</c>, <c>&gt;</c> or <c>&gt;=</c>.</summary>
    public required string Is { get; init; }

    /// <summary>A number, a text, true or false; a member that is absent or of another type is only <c>!=</c> it.</summary>
    public required JsonElement Value { get; init; }
}

/// <summary>
/// A task that takes rows and answers with one result a row. It may be asked again for rows whose results were not committed yet.
/// </summary>
public sealed record StreamCall
{
    /// <summary>Task type, such as <c>predict</c>.</summary>
    public required string Task { get; init; }

    /// <summary>Queue of its workers, such as <c>skipper_serving</c>.</summary>
    public required string Queue { get; init; }

    /// <summary>Members of <c>data</c> besides the rows, such as <c>model</c>.</summary>
    public JsonElement? With { get; init; }

    /// <summary>Members of a record that are sent; absent = all.</summary>
    public IReadOnlyList<string>? Send { get; init; }

    /// <summary>Member of <c>data</c> that takes the rows. Default: <c>rows</c>.</summary>
    public string Rows { get; init; } = "rows";

    /// <summary>Member of the answer with one result a row. Default: <c>predictions</c>.</summary>
    public string Results { get; init; } = "predictions";

    /// <summary>Member of a record that takes its result. Default: <c>prediction</c>.</summary>
    public string Into { get; init; } = "prediction";
}

/// <summary>What became of the records.</summary>
public sealed record ProcessedDataset
{
    /// <summary>Records read.</summary>
    public required long Read { get; init; }

    /// <summary>Records written to <see cref="Output"/>, in the order in which they were read.</summary>
    public required long Written { get; init; }

    /// <summary>Records that a condition left out.</summary>
    public required long LeftOut { get; init; }

    /// <summary>Records in <see cref="DeadLetters"/>.</summary>
    public required long Dead { get; init; }

    /// <summary>Digest of a JSON Lines file.</summary>
    public required string Output { get; init; }

    /// <summary>Digest of a JSON Lines file: <c>{position, step, reason, record}</c>; absent = there are none.</summary>
    public string? DeadLetters { get; init; }

    /// <summary>How many records an earlier attempt had committed, so that they were not read again.</summary>
    public required long Resumed { get; init; }
}
