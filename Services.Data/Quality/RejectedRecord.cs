using System.Text.Json;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Data.Quality;

/// <summary>A row for quarantine.</summary>
/// <param name="Line">Where it stood in its source.</param>
/// <param name="Raw">JSON of the row as it came.</param>
/// <param name="Reasons">Every rule that it broke.</param>
internal sealed record RejectedRecord(long Line, string Raw, IReadOnlyList<QuarantineReason> Reasons);

/// <summary>What rejected rows have in common.</summary>
internal sealed record RejectedRun(Guid Id, string Dataset, string? Origin, string Rules);

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
