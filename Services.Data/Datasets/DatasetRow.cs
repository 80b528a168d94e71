using System.Text.Json;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Data.Datasets;

/// <summary>A version as the database has it.</summary>
internal sealed class DatasetRow
{
    public string Name { get; init; } = "";

    public int Version { get; init; }

    public string Digest { get; init; } = "";

    public int RowCount { get; init; }

    public int RejectedCount { get; init; }

    public string Rejected { get; init; } = "";

    public string? Rejects { get; init; }

    public string Columns { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    public string? RowsTable { get; init; }

    public string Sources { get; init; } = "[]";

    public string Transform { get; init; } = "";

    public string? Parameters { get; init; }

    public static DatasetRow From(DatasetVersion version, string? rejects, string? rowsTable, DatasetOrigin origin) => new()
    {
        Name = version.Name,
        Version = version.Version,
        Digest = version.Digest,
        RowCount = version.RowCount,
        RejectedCount = version.RejectedCount,
        Rejected = JsonSerializer.Serialize(version.Rejected, MessageJson.Options),
        Rejects = rejects,
        Columns = JsonSerializer.Serialize(version.Columns, MessageJson.Options),
        CreatedAt = version.CreatedAt,
        RowsTable = rowsTable,
        Sources = JsonSerializer.Serialize(origin.Sources, MessageJson.Options),
        Transform = origin.Transform,
        Parameters = origin.Parameters,
    };

    public DatasetVersion ToVersion() => new()
    {
        Name = Name,
        Version = Version,
        Digest = Digest,
        RowCount = RowCount,
        RejectedCount = RejectedCount,
        Rejected = JsonSerializer.Deserialize<List<RejectedRow>>(Rejected, MessageJson.Options)!,
        Columns = JsonSerializer.Deserialize<List<DatasetColumn>>(Columns, MessageJson.Options)!,
        CreatedAt = CreatedAt,
    };
}
