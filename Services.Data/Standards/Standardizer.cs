using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Standards;

/// <summary>
/// Applies a standard to the text columns of one source. Every rule that a row breaks is found, not only the first; a
/// cell that breaks one is missing in the canonical row.
/// </summary>
internal sealed partial class Standardizer
{
    private const int ShownCharacters = 40;

    private readonly Standard _standard;
    private readonly IReadOnlyList<BoundColumn> _columns;
    private bool[] _skip = [];
    private bool[] _unitReported = [];

    /// <exception cref="MeshException">The source lacks a column that the standard requires.</exception>
    public Standardizer(Standard standard, TableSchema source)
    {
        _standard = standard;
        Schema = standard.Schema;
        _columns = BoundColumn.Bind(standard, source, Schema);
        SourceNames = BoundColumn.SourceNames(_columns, source);
    }

    /// <summary>The canonical columns.</summary>
    public TableSchema Schema { get; }

    /// <summary>What the source calls each canonical column that it has.</summary>
    public IReadOnlyDictionary<string, string> SourceNames { get; }

    /// <summary>
    /// Fills <paramref name="target"/> with as many rows as <paramref name="source"/> has. Rows that already have a finding
    /// about no column, as unreadable records do, are left empty.
    /// </summary>
    public void Apply(RowBatch source, RowBatch target, Findings findings)
    {
        target.Count = source.Count;
        source.Lines.AsSpan(0, source.Count).CopyTo(target.Lines);
        _skip = Cleared(_skip, source.Count);
        foreach (var finding in findings.All)
        {
            _skip[finding.Row] |= finding.Columns.Count == 0;
        }

        string? reported = null;
        foreach (var column in _columns)
        {
            if (column.Declared.UnitFrom != reported)
            {
                _unitReported = Cleared(_unitReported, source.Count);
                reported = column.Declared.UnitFrom;
            }

            switch (column.Declared.Kind)
            {
                case ColumnKind.Text:
                    ApplyTexts(column, source, target, findings);
                    break;
                case ColumnKind.Timestamp:
                    ApplyTimes(column, source, target, findings);
                    break;
                default:
                    ApplyNumbers(column, source, target, findings);
                    break;
            }
        }
    }

    private static bool[] Cleared(bool[] flags, int count)
    {
        if (flags.Length < count)
        {
            return new bool[count];
        }

        flags.AsSpan().Clear();
        return flags;
    }

    private void ApplyTexts(BoundColumn column, RowBatch source, RowBatch target, Findings findings)
    {
        var values = target.Texts(column.Target);
        for (var row = 0; row < source.Count; row++)
        {
            values[row] = null;
            if (Cell(column, source, row) is not { } text)
            {
                RequireValue(column, source, row, findings);
            }
            else if (column.Declared.Categories is not { } categories)
            {
                values[row] = text;
            }
            else if (!categories.TryGetValue(text, out values[row]))
            {
                Add(findings, row, _standard.Rules.Category, column.SourceName(source), "one of the declared categories", text);
            }
        }
    }

    private void ApplyTimes(BoundColumn column, RowBatch source, RowBatch target, Findings findings)
    {
        var values = target.Times(column.Target);
        var format = column.Declared.Format;
        for (var row = 0; row < source.Count; row++)
        {
            values[row] = RowBatch.NoTime;
            var text = Cell(column, source, row);
            if (text is not null && format.TryRead(text, out var time))
            {
                values[row] = time;
            }
            else if ((text is not null || column.Declared.Required) && !_skip[row])
            {
                Add(findings, row, _standard.Rules.Time, column.SourceName(source), format.Expected, text);
            }
        }
    }

    private string? Cell(BoundColumn column, RowBatch source, int row) =>
        column.Source < 0 || _skip[row] ? null : Trim(source.Texts(column.Source)[row]);

    private static string? Trim(string? text) => text?.Trim() is { Length: > 0 } trimmed ? trimmed : null;

    private void RequireValue(BoundColumn column, RowBatch source, int row, Findings findings)
    {
        if (column.Declared.Required && !_skip[row])
        {
            Add(findings, row, _standard.Rules.Missing, column.SourceName(source), "a value", Cell(column, source, row));
        }
    }

    private static void Add(Findings findings, int row, string rule, string column, string expected, string? found)
    {
        var shown = found switch
        {
            null => "nothing",
            { Length: > ShownCharacters } => $"'{found[..ShownCharacters]}...'",
            _ => $"'{found}'",
        };
        findings.Add(row, rule, [column], $"{column}: expected {expected}, found {shown}");
    }
}
