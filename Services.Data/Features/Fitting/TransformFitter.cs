using Skipper.Services.Data.Tables;
using Skipper.Shared.Engines.Transforms;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Features.Fitting;

/// <summary>
/// Learns the transforms of all columns from the training part alone. The rows are read as often as a column has steps to learn, so
/// that memory does not grow with them.
/// </summary>
internal sealed class TransformFitter
{
    private readonly List<ColumnFitting> _columns;

    public TransformFitter(TableSchema schema, IReadOnlyList<TransformColumn> columns, IReadOnlyList<int> targets)
    {
        _columns = [.. columns.Select(column => new ColumnFitting(schema, column))];
        if (_columns.Count == 0 || _columns.Select(column => column.Place).Intersect(targets).Any())
        {
            throw MeshException.InvalidArgument("columns must name at least one feature, and none that is a target.");
        }

        Places = [.. _columns.Select(column => column.Place)];
    }

    /// <summary>The places of the columns that come in.</summary>
    public IReadOnlyList<int> Places { get; }

    public bool IsDone => _columns.TrueForAll(column => column.IsDone);

    /// <summary>Takes a row of the training part.</summary>
    public void Add(RowBatch batch, int row)
    {
        foreach (var column in _columns)
        {
            column.Add(batch, row);
        }
    }

    public void FinishPass() => _columns.ForEach(column => column.FinishPass());

    public FittedTransform Finish(string dataset, long rows)
    {
        var fitted = new FittedTransform
        {
            Dataset = dataset,
            RowCount = rows,
            Columns = [.. _columns.Select(column => column.Finish())],
        };
        var twice = fitted.Outputs.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1);
        return twice is null
            ? fitted
            : throw MeshException.InvalidArgument($"Two features would be named {twice.Key}: name each column once.");
    }
}
