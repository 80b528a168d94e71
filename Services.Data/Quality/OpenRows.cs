using System.Text.Json;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Quality;

/// <summary>Makes rows in quarantine rows of what they were meant for.</summary>
internal interface IQuarantineReplayer
{
    /// <summary>Whether rows that were meant for this are its concern.</summary>
    bool Takes(string dataset);

    Task<QuarantineReplay> ReplayAsync(string dataset, IReadOnlyList<ReplayRow> rows, CancellationToken cancellationToken);
}

/// <summary>A row in quarantine, and what somebody fixed in it.</summary>
internal sealed record OpenRow(QuarantineRow Row, JsonElement? Fixed);

/// <summary>Finds rows to replay.</summary>
internal static class OpenRows
{
    private const int MostRows = 1000;

    /// <exception cref="MeshException">One of them is not open, or is named wrongly.</exception>
    public static async Task<List<OpenRow>> FindOpenAsync(
        this QuarantineStore quarantine, string dataset, IReadOnlyList<ReplayRow> rows, CancellationToken cancellationToken)
    {
        var wanted = rows.Select(row => row.Id).Distinct().ToList();
        if (rows.Count is 0 or > MostRows || wanted.Count < rows.Count)
        {
            throw MeshException.InvalidArgument($"Name 1 to {MostRows} different rows to replay, found {rows.Count}.");
        }

        if (rows.FirstOrDefault(row => row.Fixed is { ValueKind: not JsonValueKind.Object }) is { } odd)
        {
            throw MeshException.InvalidArgument($"'fixed' of row {odd.Id} must be an object with columns and values.");
        }

        var page = await quarantine.ListAsync(
            new() { Dataset = dataset, Status = QuarantineStore.Open, Ids = wanted, Limit = MostRows }, cancellationToken);
        var found = page.Rows.ToDictionary(row => row.Id);
        var gone = wanted.Where(id => !found.ContainsKey(id)).ToList();
        return gone.Count == 0
            ? [.. rows.Select(row => new OpenRow(found[row.Id], row.Fixed))]
            : throw MeshException.FailedPrecondition(
                $"{gone.Count} rows are not open in the quarantine of '{dataset}', such as {gone[0]}: were they decided about before?");
    }
}
