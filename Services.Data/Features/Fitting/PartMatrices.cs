using Skipper.Services.Data.Tables;
using Skipper.Shared.Engines.Transforms;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Data.Features.Fitting;

/// <summary>
/// The transformed rows of each part, in the order of the dataset: in memory, as whoever learns from them holds them too.
/// </summary>
internal sealed class PartMatrices
{
    private readonly FittedTransform _fitted;
    private readonly IReadOnlyList<int> _places;
    private readonly IReadOnlyList<int> _targets;
    private readonly RowParts _parts;
    private readonly Dictionary<RowPart, Part> _matrices;
    private readonly CellValue[] _cells;
    private readonly int _width;

    public PartMatrices(FittedTransform fitted, IReadOnlyList<int> places, IReadOnlyList<int> targets, RowParts parts)
    {
        (_fitted, _places, _targets, _parts) = (fitted, places, targets, parts);
        _width = fitted.Outputs.Count;
        _cells = new CellValue[places.Count];
        RowPart[] all = [RowPart.Train, RowPart.Test, RowPart.Validation];
        _matrices = all.ToDictionary(part => part, part =>
        {
            var rows = parts.CountOf(part);
            return new Part(Create(rows, _width), Create(rows, targets.Count));
        });
    }

    public bool HasTargets => _targets.Count > 0;

    public int RowCount(RowPart part) => _matrices[part].Features.Rows;

    public void Add(RowBatch batch)
    {
        for (var row = 0; row < batch.Count; row++)
        {
            if (_parts[batch.Lines[row] - 1] is not RowPart.Dropped and var name)
            {
                Add(_matrices[name], batch, row);
            }
        }
    }

    public void WriteFeatures(Stream stream, RowPart part) => NpyFile.Write(stream, _matrices[part].Features);

    public void WriteTargets(Stream stream, RowPart part) => NpyFile.Write(stream, _matrices[part].Targets);

    private static Matrix Create(int rows, int columns) => (long)rows * columns <= Array.MaxLength
        ? new Matrix(rows, columns, new double[rows * columns])
        : throw MeshException.InvalidArgument(
            $"A part of {rows} rows x {columns} features is too large for an array: take fewer features.");

    private void Add(Part part, RowBatch batch, int row)
    {
        for (var i = 0; i < _places.Count; i++)
        {
            _cells[i] = ColumnFitting.ReadCell(batch, _places[i], row);
        }

        _fitted.Apply(_cells, part.Features.Values.AsSpan(part.Filled * _width, _width));
        for (var i = 0; i < _targets.Count; i++)
        {
            part.Targets.Values[(part.Filled * _targets.Count) + i] = batch.Numbers(_targets[i])[row];
        }

        part.Filled++;
    }

    private sealed class Part(Matrix features, Matrix targets)
    {
        public Matrix Features { get; } = features;

        public Matrix Targets { get; } = targets;

        public int Filled { get; set; }
    }
}
