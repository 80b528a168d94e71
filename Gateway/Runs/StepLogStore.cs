using System.Data.Common;
using System.Globalization;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Runs;

/// <summary>Keeps what handlers log. Idempotent: the number of a line, which its worker gave it, is its place.</summary>
internal sealed class StepLogStore([FromKeyedServices(GatewayService.Schema)] Database database)
{
    /// <summary>How many lines of an attempt are kept; the last of them says that there are no more.</summary>
    public const int MostLines = 10_000;

    // WHERE: without it SQLite takes ON CONFLICT for the condition of a join.
    private readonly string _append = database.Sql($"""
        INSERT INTO gateway.step_logs (run_id, step, attempt, seq, at, level, message)
        SELECT @RunId, @Step, @Attempt, c_seq, c_at, c_level, c_message
        FROM {RowSet.From(database, ("c_seq", "integer"), ("c_at", "timestamptz"), ("c_level", "text"), ("c_message", "text"))}
        WHERE c_seq BETWEEN 1 AND {MostLines}
        ON CONFLICT (run_id, step, attempt, seq) DO NOTHING
        """);

    /// <summary>Adds lines that are not there yet. The caller has made sure that the attempt counts.</summary>
    public async Task AppendAsync(
        DbTransaction transaction, AttemptId attempt, IReadOnlyCollection<StepLogLine> lines, CancellationToken cancellationToken)
    {
        if (lines.Count == 0)
        {
            return;
        }

        var rows = RowSet.Of(lines.Select(line => new
        {
            CSeq = line.Seq,
            CAt = line.At.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
            CLevel = StoredText.Clean(line.Level),
            CMessage = line.Seq == MostLines ? $"Only the first {MostLines} lines are kept." : StoredText.Clean(line.Message),
        }));
        await transaction.ExecuteAsync(
            _append, new { attempt.RunId, attempt.Step, attempt.Attempt, Rows = rows }, cancellationToken);
    }
}
