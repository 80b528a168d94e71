using Skipper.Services.Data.Drift;
using Skipper.Services.Data.Profiles;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Quality.Checks;

/// <summary>
/// Columns that must be distributed as in a version that was published: each is described in bounded memory and compared in the end.
/// Columns with too few values to tell count as good.
/// </summary>
internal sealed class DistributionTest : ITableTest
{
    private readonly DriftCheck _check;
    private readonly ReferenceProfile? _reference;
    private readonly TableProfiler _profiler;

    /// <exception cref="MeshException">A column or the reference is not there.</exception>
    public DistributionTest(RunContext context, DriftCheck check)
    {
        var wanted = check.Reference(context.Dataset);
        (_check, _reference) = (check, context.Profiles.GetValueOrDefault(wanted));
        Columns = [.. check.Columns ?? []];
        List<ColumnSchema> columns = check.Columns is null
            ? [.. context.Schema.Columns.Where(column => column.Kind is not ColumnKind.Timestamp)]
            : [.. check.Columns.Select(column => context.Schema.Columns[context.Schema.Require(column)])];
        _profiler = new TableProfiler(context.Schema, [.. columns.Select(column => column.Name)]);
        if (_reference is null && !check.MayBeFirst)
        {
            throw MeshException.FailedPrecondition($"There is no {Show(wanted)} to compare with.");
        }
    }

    public IReadOnlyList<string> Columns { get; }

    public string Threshold => _reference is { Version: var version }
        ? $"distributed as in {version.Name} version {version.Version}"
        : "distributed as before";

    public void Observe(RowBatch batch, ReadOnlySpan<bool> rejected) => _profiler.Add(batch, rejected);

    public TableResult Finish()
    {
        if (_reference is not { Version: var version })
        {
            return new TableResult(true, "nothing was published before");
        }

        var measures = DriftTest.Compare(_reference.Columns, _profiler.Finish(), _check.Rules, _check.Columns, _check.Method);
        var drifted = measures.Count(measure => measure.Verdict is DriftVerdict.Drift);
        var notable = measures.Where(measure => measure.Verdict is DriftVerdict.Drift or DriftVerdict.Warn)
            .OrderByDescending(measure => measure.Verdict is DriftVerdict.Drift)
            .Select(measure => $"; {measure.Column}: {measure.Reason}");
        var few = measures.Count(measure => measure.Verdict is DriftVerdict.TooFewRows);
        var untold = few == 0 ? "" : $", {few} with too few values to tell";
        return new TableResult(
            drifted == 0, $"{drifted} of {measures.Count} columns drifted{untold}{string.Concat(notable)}", measures.Count, drifted)
        {
            Drift = new DriftComparison
            {
                Dataset = version.Name,
                Version = version.Version,
                Columns = [.. measures.Select(measure => measure.Describe())],
            },
        };
    }

    private static string Show(DatasetName wanted) => wanted switch
    {
        { Version: { } version } => $"version {version} of dataset '{wanted.Name}'",
        { Tag: { } tag } => $"version of dataset '{wanted.Name}' with tag '{tag}'",
        _ => $"dataset '{wanted.Name}'",
    };
}
