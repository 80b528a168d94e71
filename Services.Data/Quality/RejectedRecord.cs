using System.Security.Cryptography;
using System.Text.Json;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Data.Quality;

/// <summary>A row for quarantine.</summary>
/// <param name="Line">Where it stood in its source.</param>
/// <param name="Raw">JSON of the row as it came.</param>
/// <param name="Reasons">Every rule that it broke.</param>
/// <param name="Id">Made of its content, where the same row may come again; null = each that comes is a row of its own.</param>
internal sealed record RejectedRecord(long Line, string Raw, IReadOnlyList<QuarantineReason> Reasons, Guid? Id = null)
{
    /// <summary>The id of a row that is the same whenever it comes.</summary>
    public static Guid IdOf(params IEnumerable<string> content) =>
        new(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(content)).AsSpan(0, 16));
}

/// <summary>What rejected rows have in common.</summary>
/// <param name="Id">Of the import.</param>
/// <param name="Dataset">What the rows were meant for: a dataset, or <c>source:NAME</c>.</param>
/// <param name="Origin">What they came from: digest of a file or an answer, or name of a source.</param>
/// <param name="Rules">What rejected them.</param>
/// <param name="IsRepeated">Whether the same rows come again with every import, so that each is kept once.</param>
internal sealed record RejectedRun(Guid Id, string Dataset, string? Origin, string Rules, bool IsRepeated = false);

/// <summary>A row of the table.</summary>
internal sealed class StoredRejection
{
    public Guid Id { get; init; }

    public string Dataset { get; init; } = "";

    public Guid RunId { get; init; }

    public string? Origin { get; init; }

    public long Line { get; init; }

    public string Raw { get; init; } = "";

    public string Reasons { get; init; } = "";

    public string Rules { get; init; } = "";

    public string Status { get; init; } = "";

    public string? Fixed { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    public QuarantineRow ToContract() => new()
    {
        Id = Id,
        Dataset = Dataset,
        RunId = RunId,
        Origin = Origin,
        Line = Line,
        Raw = JsonElement.Parse(Raw),
        Reasons = JsonSerializer.Deserialize<List<QuarantineReason>>(Reasons, MessageJson.Options)!,
        Rules = Rules,
        Status = Status,
        Fixed = Fixed is null ? null : JsonElement.Parse(Fixed),
        CreatedAt = CreatedAt,
        DecidedAt = DecidedAt,
    };
}
