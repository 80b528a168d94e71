using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Imports;

/// <summary>
/// Finds out what the columns of a file hold, from all of its records: numbers where nine of ten cells are, and the rest are errors then;
/// times where all cells are; text otherwise.
/// </summary>
internal sealed class ColumnInference
{
    private const double MostlyNumeric = 0.9;

    private Facts[] _facts = [];
    private long _rows;

    /// <exception cref="MeshException">The file as a whole is no dataset.</exception>
    public static async Task<TableSchema> ReadAsync(RecordReader reader, CancellationToken cancellationToken)
    {
        var inference = new ColumnInference();
        while (await reader.ReadAsync(cancellationToken))
        {
            inference.Look(reader);
        }

        // A file of JSON has its names all over it.
        var names = CsvHeader.Check(reader.Names, null);
        return inference._rows >= 2
            ? new TableSchema([.. names.Select((name, column) => new ColumnSchema(name, inference.KindOf(column)))])
            : throw MeshException.InvalidArgument(
                $"A dataset needs at least 2 rows below its header, found {inference._rows}.");
    }

    private void Look(RecordReader reader)
    {
        _rows++;
        if (reader.Fault is not null || reader.Count != reader.Names.Count)
        {
            return;
        }

        if (_facts.Length < reader.Count)
        {
            Array.Resize(ref _facts, reader.Count);
        }

        for (var column = 0; column < reader.Count; column++)
        {
            _facts[column].Look(reader.Cell(column), reader.IsText(column));
        }
    }

    private ColumnKind KindOf(int column) => column < _facts.Length ? _facts[column].Kind : ColumnKind.Text;

    private struct Facts
    {
        private long _numbers;
        private long _fractions;
        private long _texts;
        private long _times;

        public readonly ColumnKind Kind =>
            _numbers > 0 && _numbers >= MostlyNumeric * (_numbers + _texts)
                ? _fractions == 0 ? ColumnKind.Integer : ColumnKind.Number
                : _times > 0 && _times == _texts && _numbers == 0 ? ColumnKind.Timestamp : ColumnKind.Text;

        public void Look(ReadOnlySpan<byte> text, bool isText)
        {
            var cell = isText && !text.IsEmpty ? new Cell(CellKind.Text, double.NaN) : Cell.Read(text);
            switch (cell.Kind)
            {
                case CellKind.Number:
                    _numbers++;
                    _fractions += StoredValue.IsInteger(cell.Number) ? 0 : 1;
                    break;
                case CellKind.NotFinite:
                    _numbers++;
                    break;
                case CellKind.Text:
                    _texts++;
                    _times += IsoTime.TryRead(text, out _) ? 1 : 0;
                    break;
            }
        }
    }
}
