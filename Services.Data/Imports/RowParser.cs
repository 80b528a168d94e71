using System.Text;
using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Imports;

/// <summary>Reads records into a batch of typed columns; a record that does not fit is rejected with all its reasons.</summary>
internal sealed class RowParser(RecordReader reader, TableSchema schema, IRejectedRecords rejected)
{
    private readonly TextCache[] _texts = [.. schema.Columns.Select(_ => new TextCache())];
    private readonly List<string> _reasons = [];

    /// <summary>Records that were read, the rejected ones included.</summary>
    public long Records { get; private set; }

    /// <summary>Fills the batch; false when there is nothing left and the batch is empty.</summary>
    public async ValueTask<bool> FillAsync(RowBatch batch, CancellationToken cancellationToken)
    {
        batch.Count = 0;
        while (batch.Count < batch.Capacity && await reader.ReadAsync(cancellationToken))
        {
            Records++;
            _reasons.Clear();
            Take(batch);
            if (_reasons.Count == 0)
            {
                batch.Lines[batch.Count++] = reader.Line;
            }
            else
            {
                await rejected.AddAsync(reader.Line, string.Join("; ", _reasons), reader.Texts(), cancellationToken);
            }
        }

        return batch.Count > 0;
    }

    private void Take(RowBatch batch)
    {
        if (reader.Fault is { } fault)
        {
            _reasons.Add(fault);
        }
        else if (reader.Count != schema.Columns.Count)
        {
            _reasons.Add($"expected {schema.Columns.Count} cells, found {reader.Count}");
        }
        else if (TakeCells(batch) == 0 && _reasons.Count == 0)
        {
            _reasons.Add("every cell is empty");
        }
    }

    /// <summary>Returns how many cells there were.</summary>
    private int TakeCells(RowBatch batch)
    {
        var present = 0;
        for (var column = 0; column < schema.Columns.Count; column++)
        {
            var text = reader.Cell(column);
            present += text.IsEmpty ? 0 : 1;
            switch (schema.Columns[column].Kind)
            {
                case ColumnKind.Text:
                    TakeText(batch, column, text);
                    break;
                case ColumnKind.Timestamp:
                    TakeTime(batch, column, text);
                    break;
                default:
                    TakeNumber(batch, column, text);
                    break;
            }
        }

        return present;
    }

    private void TakeNumber(RowBatch batch, int column, ReadOnlySpan<byte> text)
    {
        var cell = reader.IsText(column) && !text.IsEmpty ? new Cell(CellKind.Text, double.NaN) : Cell.Read(text);
        batch.Numbers(column)[batch.Count] = cell.Number;
        var expected = cell.Kind switch
        {
            CellKind.Text => "a number",
            CellKind.NotFinite => "a finite number",
            CellKind.Number when schema.Columns[column].Kind is ColumnKind.Integer && !StoredValue.IsInteger(cell.Number) =>
                "a whole number of at most 2^53",
            _ => null,
        };
        if (expected is not null)
        {
            Expect(column, expected, text);
        }
    }

    private void TakeTime(RowBatch batch, int column, ReadOnlySpan<byte> text)
    {
        batch.Times(column)[batch.Count] = RowBatch.NoTime;
        if (text.IsEmpty)
        {
            return;
        }

        if (IsoTime.TryRead(text, out var microseconds))
        {
            batch.Times(column)[batch.Count] = microseconds;
        }
        else
        {
            Expect(column, "a date, or a time with its zone such as 2026-01-02T03:04:05Z", text);
        }
    }

    private void TakeText(RowBatch batch, int column, ReadOnlySpan<byte> text)
    {
        batch.Texts(column)[batch.Count] = text.IsEmpty ? null : _texts[column].Get(text);
        if (text.Contains((byte)0))
        {
            _reasons.Add($"{schema.Columns[column].Name}: expected text, found a zero character");
        }
    }

    private void Expect(int column, string expected, ReadOnlySpan<byte> text)
    {
        var found = Encoding.UTF8.GetString(text);
        _reasons.Add($"{schema.Columns[column].Name}: expected {expected}, found '{(found.Length <= 40 ? found : found[..40] + "...")}'");
    }
}
