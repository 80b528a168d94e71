using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Features.Fitting;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Engines.Transforms;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Data.Features;

/// <summary>Adds sine and cosine columns.</summary>
internal sealed class EncodedColumns
{
    private readonly List<(int Column, CyclicalTransform Transform)> _encodings;
    private readonly int _width;

    public EncodedColumns(TableSchema input, IReadOnlyList<FeatureEncoding> encodings)
    {
        _width = input.Columns.Count;
        _encodings = [.. encodings.Select(encoding =>
        {
            var column = encoding.Part is null
                ? input.RequireNumber(encoding.Column, "encoded with a period")
                : input.RequireTime(encoding.Column, "encoded with a part");

            // A time may still be text, as it came.
            var type = encoding.Part is null ? ColumnTypes.Number : ColumnTypes.Timestamp;
            return (column, StepPlan.Cyclical(encoding.Column, type, encoding.Part, encoding.Period));
        })];
        Output = RowColumns.Schema(
            [.. input.Columns, .. _encodings.SelectMany(encoding => encoding.Transform.Suffixes.Select(suffix =>
                new ColumnSchema(input.Columns[encoding.Column].Name + suffix, ColumnKind.Number)))]);
    }

    public TableSchema Output { get; }

    /// <summary>Computes the added columns of a row whose other columns are there.</summary>
    public void Fill(RowBatch batch, int row)
    {
        var cells = new CellValue[2];
        for (var i = 0; i < _encodings.Count; i++)
        {
            var (column, transform) = _encodings[i];
            transform.Apply(batch.Schema.Columns[column].Name, Read(batch, column, row, transform.Part is not null), cells);
            batch.Numbers(_width + (2 * i))[row] = cells[0].Number;
            batch.Numbers(_width + (2 * i) + 1)[row] = cells[1].Number;
        }
    }

    private static CellValue Read(RowBatch batch, int column, int row, bool isTime) =>
        !isTime ? CellValue.Of(batch.Numbers(column)[row])
        : RowColumns.TimeOf(batch, column, row) is var time && time == RowBatch.NoTime ? CellValue.Missing
        : CellValue.Of(time);
}
