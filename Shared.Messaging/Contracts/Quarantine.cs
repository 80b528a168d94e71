using System.Text.Json;

namespace Skipper.Shared.Messaging.Contracts;

/// <summary>Asks for a page of rows in quarantine.</summary>
[TaskType("list_quarantine", Queues.Data, Idempotent = true)]
public sealed record ListQuarantine : IRequest<QuarantinePage>
{
    /// <summary>Which rows.</summary>
    public required QuarantineFilter Data { get; init; }
}

/// <summary>Gives up on rows in quarantine; rows that are not open any more stay as they are.</summary>
[TaskType("discard_quarantine", Queues.Data, Idempotent = true)]
public sealed record DiscardQuarantine : IRequest<QuarantineCount>
{
    /// <summary>Which rows.</summary>
    public required QuarantineFilter Data { get; init; }
}

/// <summary>
/// Checks rows in quarantine once more, as they are or as somebody fixed them, and adds those that pass to a new version of the dataset.
/// </summary>
[TaskType("replay_quarantine", Queues.Data)]
public sealed record ReplayQuarantine : IRequest<QuarantineReplay>
{
    /// <summary>What to replay.</summary>
    public required ReplayOptions Data { get; init; }

    /// <summary>Rows to replay.</summary>
    public sealed record ReplayOptions
    {
        /// <summary>The dataset, or <c>source:NAME</c>: those rows are merged into the table of the source.</summary>
        public required string Dataset { get; init; }

        /// <summary>The rows, 1 to 1000.</summary>
        public required IReadOnlyList<ReplayRow> Rows { get; init; }
    }
}

/// <summary>A row to replay.</summary>
public sealed record ReplayRow
{
    /// <summary>Its id in quarantine.</summary>
    public required Guid Id { get; init; }

    /// <summary>Columns with the values that they should have had; the others stay as they came.</summary>
    public JsonElement? Fixed { get; init; }
}

/// <summary>What became of rows that were replayed.</summary>
public sealed record QuarantineReplay
{
    /// <summary>How many are in the new version, or in the table of the source, now.</summary>
    public required int AcceptedCount { get; init; }

    /// <summary>The version with the accepted rows; absent where none was accepted, and for rows of a source.</summary>
    public DatasetVersion? Dataset { get; init; }

    /// <summary>Rows that stay in quarantine, with what is wrong with them now.</summary>
    public IReadOnlyList<ReplayRefusal> Refused { get; init; } = [];
}

/// <summary>A row that was replayed and is still bad.</summary>
/// <param name="Id">Its id in quarantine.</param>
/// <param name="Reasons">Every rule that it breaks now.</param>
public sealed record ReplayRefusal(Guid Id, IReadOnlyList<QuarantineReason> Reasons);

/// <summary>Chooses rows in quarantine.</summary>
public sealed record QuarantineFilter
{
    /// <summary>Rows of this dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary><c>open</c>, <c>replayed</c> or <c>discarded</c>; absent = any.</summary>
    public string? Status { get; init; }

    /// <summary>Rows of this import only.</summary>
    public Guid? RunId { get; init; }

    /// <summary>These rows only; absent = all.</summary>
    public IReadOnlyList<Guid>? Ids { get; init; }

    /// <summary>Rows behind this one, in the order of ids.</summary>
    public Guid? After { get; init; }

    /// <summary>How many at most, 1 to 1000. Default: 100.</summary>
    public int Limit { get; init; } = 100;
}

/// <summary>Rows in quarantine, in the order in which they were rejected.</summary>
public sealed record QuarantinePage
{
    /// <summary>The rows.</summary>
    public required IReadOnlyList<QuarantineRow> Rows { get; init; }

    /// <summary>Rows of the dataset that are open, on all pages.</summary>
    public required long OpenCount { get; init; }

    /// <summary>Where the next page begins; absent = there is none.</summary>
    public Guid? Next { get; init; }
}

/// <summary>How many rows were changed.</summary>
public sealed record QuarantineCount
{
    /// <summary>Rows.</summary>
    public required long Count { get; init; }
}

/// <summary>A row that was not accepted, as it came, with all that is wrong with it.</summary>
public sealed record QuarantineRow
{
    /// <summary>Its id; ids are in the order in which rows were rejected.</summary>
    public required Guid Id { get; init; }

    /// <summary>The dataset that it was meant for, or <c>source:NAME</c> where it could not even be made a row of its source.</summary>
    public required string Dataset { get; init; }

    /// <summary>The import that it came with; its report has this id. Records of a source: the answer that it came with first.</summary>
    public required Guid RunId { get; init; }

    /// <summary>What it came from: digest of a file or an answer, or names of sources.</summary>
    public string? Origin { get; init; }

    /// <summary>Where it stood there; 1 is the first line.</summary>
    public required long Line { get; init; }

    /// <summary>The row, by column; of a source also <c>$record</c>, as it came.</summary>
    public required JsonElement Raw { get; init; }

    /// <summary>Every rule that it broke.</summary>
    public required IReadOnlyList<QuarantineReason> Reasons { get; init; }

    /// <summary>The standard and suite that said so, such as <c>standard weather@2, suite weather@3</c>.</summary>
    public required string Rules { get; init; }

    /// <summary><c>open</c>, <c>replayed</c> or <c>discarded</c>.</summary>
    public required string Status { get; init; }

    /// <summary>The row as it was replayed, where that is not as it came.</summary>
    public JsonElement? Fixed { get; init; }

    /// <summary>When it came, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was replayed or discarded, UTC.</summary>
    public DateTimeOffset? DecidedAt { get; init; }
}

/// <summary>A rule that a row broke.</summary>
/// <param name="Rule">Its name in the standard or suite.</param>
/// <param name="Columns">The columns that it is about, as the source names them; none = the row as a whole.</param>
/// <param name="Reason">What was expected and what was found.</param>
public sealed record QuarantineReason(string Rule, IReadOnlyList<string> Columns, string Reason);

/// <summary>So many rows went to quarantine that somebody should look at their source.</summary>
public sealed record QuarantineAlarmRaised
{
    /// <summary>The dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>The import; its report has this id.</summary>
    public required Guid RunId { get; init; }

    /// <summary>Rejected in percent of all rows, 0 to 100.</summary>
    public required double RejectedPercent { get; init; }

    /// <summary>The percentage from which the suite raises an alarm.</summary>
    public required double AlarmPercent { get; init; }
}
