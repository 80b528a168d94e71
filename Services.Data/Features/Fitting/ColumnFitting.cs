using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Engines.Transforms;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Features.Fitting;

/// <summary>Learns the steps of one column, one step each time the training part is read.</summary>
internal sealed class ColumnFitting
{
    private readonly int _place;
    private readonly Queue<(ColumnTransform? Known, IStepFitter? Learned)> _left;
    private readonly CellValue[] _cell = new CellValue[1];
    private FittedColumn _fitted;

    public ColumnFitting(TableSchema schema, TransformColumn column)
    {
        _place = schema.Require(column.Column, "a feature");
        var found = schema.Columns[_place];
        _fitted = new FittedColumn { Name = found.Name, Type = ColumnTypes.NameOf(found.Kind) };
        CheckOrder(found.Name, found.Kind is ColumnKind.Text, column.Steps);
        _left = new(column.Steps.Select(step => StepPlan.Read(found.Name, _fitted.Type, step)));
        if (found.Kind is ColumnKind.Timestamp && column.Steps is not [{ Kind: "cyclical" }])
        {
            throw MeshException.InvalidArgument($"{found.Name} is a time: its one step must be cyclical with a part.");
        }

        TakeKnown();
    }

    public bool IsDone => _left.Count == 0;

    public int Place => _place;

    public void Add(RowBatch batch, int row)
    {
        if (_left.TryPeek(out var step))
        {
            // Only the last step gives several values, and it is never applied before it is learned.
            _fitted.Apply(ReadCell(batch, _place, row), _cell);
            step.Learned!.Add(_cell[0]);
        }
    }

    /// <summary>The training part was read once.</summary>
    public void FinishPass()
    {
        if (_left.TryDequeue(out var step))
        {
            Append(step.Learned!.Finish(_fitted.Name));
            TakeKnown();
        }
    }

    public FittedColumn Finish()
    {
        _fitted.Check();
        return _fitted;
    }

    public static CellValue ReadCell(RowBatch batch, int column, int row) => batch.Schema.Columns[column].Kind switch
    {
        ColumnKind.Text => CellValue.Of(batch.Texts(column)[row]),
        ColumnKind.Timestamp => batch.Times(column)[row] is var time && time == RowBatch.NoTime ? CellValue.Missing : CellValue.Of(time),
        _ => CellValue.Of(batch.Numbers(column)[row]),
    };

    private void TakeKnown()
    {
        while (_left.TryPeek(out var step) && step.Known is { } known)
        {
            Append(known);
            _left.Dequeue();
        }
    }

    private void Append(ColumnTransform step) => _fitted = _fitted with { Steps = [.. _fitted.Steps, step] };

    /// <summary>Refuses what the fitted column would refuse too, before anything is read.</summary>
    private static void CheckOrder(string column, bool isText, IReadOnlyList<TransformStep> steps)
    {
        for (var place = 0; place < steps.Count - 1; place++)
        {
            if (steps[place].Kind is "one_hot" or "cyclical")
            {
                throw MeshException.InvalidArgument($"{column}: {steps[place].Kind} gives several values and must be the last step.");
            }
        }

        var encoded = steps.TakeWhile(step => step.Kind is "impute").Count();
        if (isText && (encoded == steps.Count || steps[encoded].Kind is not ("one_hot" or "ordinal")))
        {
            throw MeshException.InvalidArgument(
                $"{column} is text: after impute, if any, the next step must be one_hot or ordinal, which makes numbers of it.");
        }
    }
}
