using Skipper.Services.Data.Sources.Declarations;
using Skipper.Services.Data.Sources.Mapping;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Data.Sources;

/// <summary>
/// Ingests a source. Each page is one transaction: what came, the rows made of it, and the state with which the next ingestion begins;
/// so a process that dies loses nothing and repeats at most what is merged away.
/// </summary>
internal sealed partial class SourceRunner(
    SourceStore sources,
    PageWriter writer,
    IEnumerable<ISourceConnector> connectors,
    [FromKeyedServices(DataService.Schema)] Database database,
    TimeProvider time,
    ILogger<SourceRunner> logger)
{
    /// <summary>A provider that fails so often in a row is down.</summary>
    private const int MaxFailuresInARow = 5;

    /// <param name="job">What to ingest.</param>
    /// <param name="report">Takes how many units of how many are done.</param>
    /// <param name="cancellationToken">Stops between two pages; what was written stays.</param>
    public async Task<SourceRun> RunAsync(SourceJob job, Action<int, int> report, CancellationToken cancellationToken)
    {
        var declaration = job.Declaration;
        await RequireAllowedAsync(job, cancellationToken);
        await database.WriteAsync(
            async transaction =>
            {
                await writer.CreateAsync(transaction, declaration, cancellationToken);
                return 0;
            },
            cancellationToken);

        var connector = connectors.Single(candidate => candidate.Kind == declaration.Kind);
        var units = await connector.ListAsync(job, cancellationToken);
        var tally = new SourceTally(declaration, job.Warnings);
        var failuresInARow = 0;
        for (var done = 0; done < units.Count; done++)
        {
            report(done, units.Count);
            try
            {
                await ReadAsync(connector, job, units[done], tally, cancellationToken);
                failuresInARow = 0;
            }
            catch (MeshException exception) when (exception.Code is not ErrorCode.Cancelled)
            {
                tally.Fail(units[done].Item.Name, exception);
                LogFailed(declaration.Name, units[done].Item.Name, exception.Message);
                if (exception.Code is ErrorCode.ResourceExhausted || ++failuresInARow == MaxFailuresInARow)
                {
                    tally.SkipRest(units.Count - done - 1);
                    break;
                }
            }
        }

        var run = tally.ToRun();
        LogIngested(declaration.Name, run.Pages, run.Inserted, run.Updated, run.Unchanged, run.Rejected, run.Failures.Count);
        return tally.NothingWorked(units.Count) is { } reason ? throw reason : run;
    }

    private async Task RequireAllowedAsync(SourceJob job, CancellationToken cancellationToken)
    {
        var name = job.Declaration.Name;
        var now = time.GetUtcNow();
        if ((await sources.FindAsync(name, cancellationToken)).NotBefore is { } until && until > now)
        {
            throw Http.Fetcher.Limited($"The provider of source {name} asked to be left alone until {until:u}.", until - now);
        }
    }

    private async Task ReadAsync(
        ISourceConnector connector, SourceJob job, SourceUnit unit, SourceTally tally, CancellationToken cancellationToken)
    {
        var state = unit.State;
        var cursor = new CursorWatch(job.Declaration.Cursor, state.State.Cursor);
        await foreach (var step in connector.ReadAsync(job, unit, cancellationToken))
        {
            state = await WriteAsync(job, unit.Item, step, state, cursor, tally, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async Task<StoredState> WriteAsync(
        SourceJob job,
        SourceItem item,
        SourceStep step,
        StoredState state,
        CursorWatch cursor,
        SourceTally tally,
        CancellationToken cancellationToken)
    {
        try
        {
            var (result, next) = await database.WriteAsync(
                async transaction =>
                {
                    var written = step.Page is { } page
                        ? await writer.WriteAsync(transaction, job.Declaration, page, cursor, cancellationToken)
                        : default;
                    var advanced = step.Advance(state.State);
                    advanced = step.IsLast && job.From is null && job.To is null ? advanced with { Cursor = cursor.Next } : advanced;
                    return (written, await sources.SaveAsync(
                        transaction, job.Declaration.Name, item.Name, state, advanced, cancellationToken));
                },
                cancellationToken);
            tally.Add(step, result);
            return next;
        }
        catch (ShapeException exception) when (step.Page is not null)
        {
            // Kept, so that it can be replayed when the declaration knows the new shape.
            await database.WriteAsync(
                transaction => sources.KeepAsync(transaction, job.Declaration.Name, step.Page, exception.Message, cancellationToken),
                cancellationToken);
            throw MeshException.FailedPrecondition(exception.Message);
        }
    }
}
