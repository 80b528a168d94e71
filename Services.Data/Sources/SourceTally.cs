using Skipper.Services.Data.Sources.Declarations;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Sources;

/// <summary>Adds up what an ingestion did.</summary>
internal sealed class SourceTally(SourceDeclaration declaration, SortedSet<string> warnings)
{
    private const int Shown = 20;

    private readonly List<SourceFailure> _failures = [];
    private readonly List<SourceReject> _rejects = [];
    private MeshException? _first;
    private int _pages;
    private int _unchangedItems;
    private int _skipped;
    private long _inserted;
    private long _updated;
    private long _unchanged;
    private long _rejected;

    public void Add(SourceStep step, PageResult result)
    {
        if (step.Page is null)
        {
            _unchangedItems++;
            return;
        }

        _pages++;
        _inserted += result.Rows.Inserted;
        _updated += result.Rows.Updated;
        _unchanged += result.Rows.Unchanged;
        _rejected += result.Rejected;
        _rejects.AddRange(result.Reasons.Take(Shown - _rejects.Count)
            .Select(reject => new SourceReject { Item = step.Page.Item.Name, Record = reject.Record, Reason = reject.Reason }));
    }

    public void Fail(string item, MeshException exception)
    {
        _first ??= exception;
        _failures.Add(new SourceFailure { Item = item, Code = exception.Code.ToWire(), Reason = exception.Message });
    }

    public void SkipRest(int count) => _skipped = count;

    /// <summary>
    /// What to throw where not one unit could be read; an ingestion of which a part succeeded has succeeded, and says
    /// what did not.
    /// </summary>
    public MeshException? NothingWorked(int units) => _first is not null && _failures.Count + _skipped == units
        ? new MeshException(_first.Code, $"Nothing of source {declaration.Name} could be ingested. {_first.Message}", _first)
        {
            Details = _first.Details,
        }
        : null;

    public SourceRun ToRun() => new()
    {
        Source = declaration.Name,
        Table = declaration.Table,
        Pages = _pages,
        UnchangedItems = _unchangedItems,
        SkippedItems = _skipped,
        Inserted = _inserted,
        Updated = _updated,
        Unchanged = _unchanged,
        Rejected = _rejected,
        Rejects = _rejects,
        Failures = _failures,
        Warnings = [.. warnings],
    };
}
