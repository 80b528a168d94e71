using System.Text.Json;
using Skipper.Services.Data.Sources.Declarations;
using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Sources.Mapping;

internal sealed partial class RecordMapper
{
    private void Read(JsonElement root, JsonElement record, int index, JsonElement?[] constants)
    {
        for (var column = 0; column < _cells.Length; column++)
        {
            var mapping = _declaration.Columns[column];
            try
            {
                var value = constants[column] ?? Find(mapping.From, root, record, index);
                if (!Set(column, mapping, value, path => Find(path, root, record, index)) && mapping.Required)
                {
                    throw new UnreadableException("expected a value, found none");
                }
            }
            catch (UnreadableException exception)
            {
                Clear(column);
                Findings.Add(_batch.Count, "mapping", [mapping.Name], exception.Message);
            }
        }
    }

    private void Refuse(JsonElement record)
    {
        for (var column = 0; column < _cells.Length; column++)
        {
            Clear(column);
        }

        var text = record.ToString();
        Findings.Add(
            _batch.Count, "record", [], $"expected a record with named fields, found {CellReader.Shorten(text)}");
    }

    /// <summary>False where the value is missing.</summary>
    private bool Set(int column, ColumnMapping mapping, JsonElement value, Func<FieldPath, JsonElement> find)
    {
        Clear(column);
        var (cell, row) = (_cells[column], _batch.Count);
        if (cell.Text(value) is not { } text)
        {
            return false;
        }

        switch (mapping.Kind)
        {
            case ColumnKind.Text:
                _batch.Texts(column)[row] = text.Contains('\0', StringComparison.Ordinal)
                    ? throw new UnreadableException("expected text without the zero character")
                    : text;
                break;
            case ColumnKind.Timestamp:
                var offset = mapping.OffsetFrom is { } from && find(from) is { ValueKind: JsonValueKind.Number } seconds
                    ? seconds.GetDouble()
                    : (double?)null;
                _batch.Times(column)[row] = cell.Time(value, offset);
                break;
            default:
                var unit = mapping.UnitFrom is { } unitFrom && find(unitFrom) is { ValueKind: JsonValueKind.String } name
                    ? name.GetString()
                    : null;
                var number = cell.Number(value, unit);
                _batch.Numbers(column)[row] = mapping.Kind is ColumnKind.Integer && Math.Floor(number) != number
                    ? throw new UnreadableException($"expected a whole number, found {text}")
                    : number;
                break;
        }

        return true;
    }

    private void Clear(int column)
    {
        switch (Schema.Columns[column].Kind)
        {
            case ColumnKind.Text:
                _batch.Texts(column)[_batch.Count] = null;
                break;
            case ColumnKind.Timestamp:
                _batch.Times(column)[_batch.Count] = RowBatch.NoTime;
                break;
            default:
                _batch.Numbers(column)[_batch.Count] = double.NaN;
                break;
        }
    }
}
