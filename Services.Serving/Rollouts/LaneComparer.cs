using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Skipper.Services.Serving.Models;
using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.Rollouts;

/// <summary>
/// Counts answered calls for their lanes, and scores rows a second time behind the answer: what the baseline answered in the shadows, what
/// another lane answered in the baseline. One call at a time, so that it takes little from those who wait; what comes faster is not compared.
/// </summary>
internal sealed partial class LaneComparer(
    ModelFinder models, IOptions<RolloutOptions> options, TimeProvider time, ILogger<LaneComparer> logger)
    : BackgroundService, IPredictionObserver
{
    private readonly Channel<Comparison> _waiting =
        Channel.CreateUnbounded<Comparison>(new UnboundedChannelOptions { SingleReader = true });

    private int _rows;

    /// <summary>Rows that wait to be compared, or are being.</summary>
    public int PendingRows => Volatile.Read(ref _rows);

    public void Observe(ScoredCall scored, TimeSpan elapsed)
    {
        if (scored.Route.Lane is not { } lane)
        {
            return;
        }

        lane.Tally.Call(elapsed, CodeOf(scored.Rows));
        var partners = Partners(lane);
        // What may have taken a worker down once is not tried in a second version.
        if (partners.Count > 0 && !scored.Call.Redelivered && Random.Shared.NextDouble() < lane.Rollout.Rollout.Compared)
        {
            Enqueue(scored, lane, partners);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var comparison in _waiting.Reader.ReadAllAsync(stoppingToken))
        {
            await CompareAsync(comparison, stoppingToken);
            Interlocked.Add(ref _rows, -comparison.RowCount);
        }
    }

    private static string? CodeOf(RowBatch rows) => rows.Refused == 0
        ? null
        : Enumerable.Range(0, rows.Count).Select(rows.Error).First(error => error is not null)!.Code.ToWire();

    /// <summary>The lanes that are compared by scoring a call of this one again.</summary>
    private static List<LiveLane> Partners(LiveLane lane) => lane == lane.Rollout.Baseline
        ? [.. lane.Rollout.Lanes.Where(shadow => shadow.Settings is { Shadow: true, RolledBack: null })]
        : [lane];

    private void Enqueue(ScoredCall scored, LiveLane lane, List<LiveLane> partners)
    {
        var count = scored.Rows.Count;
        var before = Interlocked.Add(ref _rows, count) - count;
        // A bundle that is larger than the limit goes when nothing else waits.
        if ((before > 0 && before + count > options.Value.PendingRows)
            || !_waiting.Writer.TryWrite(new Comparison(lane, partners, scored.Call, Answers.Of(scored.Model, scored.Rows), count)))
        {
            Interlocked.Add(ref _rows, -count);
            partners.ForEach(partner => partner.Tally.Dropped(count));
        }
    }

    private async Task CompareAsync(Comparison comparison, CancellationToken stoppingToken)
    {
        var baseline = comparison.Lane.Rollout.Baseline;
        foreach (var partner in comparison.Partners)
        {
            var started = time.GetTimestamp();
            try
            {
                var again = partner == comparison.Lane ? baseline : partner;
                var answers = await ScoreAsync(again, comparison.Call, stoppingToken);
                var (candidate, expected) = again == baseline ? (comparison.Answers, answers) : (answers, comparison.Answers);
                if (again == partner)
                {
                    partner.Tally.Call(time.GetElapsedTime(started), answers.Refused.Contains(true) ? ErrorCode.InvalidArgument.ToWire() : null);
                }

                partner.Tally.Compared(
                    candidate.CompareWith(expected, partner.Rollout.Rollout.Tolerance, comparison.Call.RequestId));
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Its caller has its answer; the next call must be compared whatever is wrong with this one.
                Fail(comparison, partner, exception, time.GetElapsedTime(started));
            }
        }
    }

    private void Fail(Comparison comparison, LiveLane partner, Exception exception, TimeSpan elapsed)
    {
        LogNotCompared(exception, comparison.Call.RequestId, partner.Rollout.Rollout.Model, partner.Settings.Name);
        if (partner.Settings.Shadow && (exception as MeshException)?.Code is not ErrorCode.ResourceExhausted)
        {
            partner.Tally.Call(elapsed, ((exception as MeshException)?.Code ?? ErrorCode.Internal).ToWire());
        }
        else
        {
            partner.Tally.Dropped(comparison.RowCount);
        }
    }

    private async Task<Answers> ScoreAsync(LiveLane lane, PredictionCall call, CancellationToken stoppingToken)
    {
        using var lease = await models.LeaseAsync(lane.Model, stoppingToken);
        var rows = new RowBatch(call.Rows.Count, lease.Model.Signature.Features.Count, eachAlone: true);
        call.Rows.Read(lease.Model, rows);
        await lease.Model.Lane.ScoreAsync(rows, call with { EachAlone = true, Deadline = null }, stoppingToken);
        return Answers.Of(lease.Model, rows);
    }

    [LoggerMessage(LogLevel.Debug, "Could not compare call {RequestId} of {Model} in lane {Lane}")]
    private partial void LogNotCompared(Exception exception, string requestId, string model, string lane);

    /// <summary>An answered call whose rows are scored again.</summary>
    private sealed record Comparison(LiveLane Lane, List<LiveLane> Partners, PredictionCall Call, Answers Answers, int RowCount);
}
