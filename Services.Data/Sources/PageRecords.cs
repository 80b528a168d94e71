using Skipper.Services.Data.Quality;
using Skipper.Services.Data.Sources.Declarations;
using Skipper.Services.Data.Sources.Mapping;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Data.Sources;

/// <summary>
/// The records of a page that could not be made rows, for quarantine: what could be read of each by column, and the record as it came.
/// The same record of the same item is the same row in quarantine, however often the provider sends it.
/// </summary>
internal sealed class PageRecords(SourceDeclaration declaration, RecordMapper mapper, SourcePage page)
{
    /// <summary>The member with the record as it came; no column has such a name.</summary>
    public const string Record = "$record";

    private const int ShownReasons = 20;
    private const int LargestRecord = 256 * 1024;

    /// <summary>Rows of a source are together in quarantine under this name.</summary>
    public const string Prefix = "source:";

    public RejectedRun Run { get; } = new(
        Guid.CreateVersion7(page.FetchedAt), Prefix + declaration.Name, page.Digest, $"source {declaration.Name}", IsRepeated: true);

    public List<RejectedRecord> Rejected { get; } = [];

    /// <summary>The first of all reasons.</summary>
    public List<(long Record, string Reason)> Reasons { get; } = [];

    /// <summary>Puts aside what the mapper found bad in a batch, and says which rows these are.</summary>
    public bool[] Reject(RowBatch batch)
    {
        var dropped = new bool[batch.Count];
        foreach (var findings in mapper.Findings.All.GroupBy(finding => finding.Row))
        {
            var row = findings.Key;
            dropped[row] = true;
            Rejected.Add(new RejectedRecord(
                batch.Lines[row],
                RawOf(batch, row),
                [.. findings.Select(finding => new QuarantineReason(finding.Check, finding.Columns, finding.Reason))],
                IdOf(row)));
            Reasons.AddRange(findings.Take(ShownReasons - Reasons.Count)
                .Select(finding => (batch.Lines[row], $"{string.Join(", ", finding.Columns)}: {finding.Reason}")));
        }

        return dropped;
    }

    /// <summary>The id that the record of a row of the batch has in quarantine.</summary>
    public Guid IdOf(int row) => RejectedRecord.IdOf(declaration.Name, page.Item.Name, mapper.IdentityOf(row));

    /// <summary>A record of many kilobytes is only in the answer, which is kept too.</summary>
    private string RawOf(RowBatch batch, int row) => mapper.RecordOf(row) is { Length: <= LargestRecord } record
        ? RawRow.Of(batch, row, Record, record)
        : RawRow.Of(batch, row);
}
