using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Standards;

/// <summary>Numbers, and the units that they are given in.</summary>
internal sealed partial class Standardizer
{
    private void ApplyNumbers(BoundColumn column, RowBatch source, RowBatch target, Findings findings)
    {
        var values = target.Numbers(column.Target);
        for (var row = 0; row < source.Count; row++)
        {
            values[row] = double.NaN;
            var unit = ReadUnit(column, source, row, findings);
            if (ReadNumber(column, source, row, findings, ref unit) is { } number)
            {
                values[row] = column.Declared.Unit is not { } canonical ? number : unit?.Convert(number, canonical) ?? double.NaN;
            }

            if (column.UnitTarget >= 0)
            {
                target.Texts(column.UnitTarget)[row] = _skip[row] ? null : unit?.Code;
            }
        }
    }

    /// <summary>The number as it is given; null where there is none.</summary>
    /// <param name="column">The column.</param>
    /// <param name="source">The rows.</param>
    /// <param name="row">Which row.</param>
    /// <param name="findings">Where a broken rule goes.</param>
    /// <param name="unit">The unit that is given; what stands behind the number comes before it.</param>
    private double? ReadNumber(BoundColumn column, RowBatch source, int row, Findings findings, ref Unit? unit)
    {
        var (declared, text) = (column.Declared, Cell(column, source, row));
        if (text is null || _standard.Missing.Contains(text))
        {
            RequireValue(column, source, row, findings);
            return null;
        }

        if (!declared.Numbers.TryRead(text, out var number, out var name)
            || (declared.Kind is ColumnKind.Integer && Math.Floor(number) != number))
        {
            var expected = declared.Kind is ColumnKind.Integer ? "a whole number" : declared.Numbers.Expected;
            Add(findings, row, _standard.Rules.Number, column.SourceName(source), expected, text);
            return null;
        }

        unit = name is null ? unit : declared.Units[name];
        if (unit is null && declared.Numbers.Units.Count > 0)
        {
            AddUnit(column, row, column.SourceName(source), text, findings);
        }

        return number;
    }

    /// <summary>The unit that the row is given in, but for what its text says; null where it cannot be told.</summary>
    private Unit? ReadUnit(BoundColumn column, RowBatch source, int row, Findings findings)
    {
        // A number without a unit, where others have one, could be in any.
        var unit = column.Declared.SourceUnit ?? (column.Declared.Numbers.Units.Count > 0 ? null : column.Declared.Unit);
        if (column.UnitSource < 0 || _skip[row])
        {
            return unit;
        }

        var text = Trim(source.Texts(column.UnitSource)[row]);
        unit = text is null ? null : column.Declared.Units.GetValueOrDefault(text);
        if (unit is null && !_unitReported[row])
        {
            _unitReported[row] = true;
            AddUnit(column, row, source.Schema.Columns[column.UnitSource].Name, text, findings);
        }

        return unit;
    }

    private void AddUnit(BoundColumn column, int row, string name, string? found, Findings findings)
    {
        var expected = $"one of the units {string.Join(", ", column.Declared.Units.Keys.Order(StringComparer.Ordinal))}";
        Add(findings, row, _standard.Rules.Unit, name, expected, found);
    }
}
