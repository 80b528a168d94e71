using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Datasets;

/// <summary>Gathers batches into a table in memory.</summary>
internal sealed class TableCollector
{
    private TableSchema _schema = new([]);
    private List<double>[] _numbers = [];
    private List<long>[] _times = [];
    private List<string?>[] _texts = [];
    private int _rows;

    public Task Take(RowBatch batch)
    {
        if (_rows == 0)
        {
            Start(batch.Schema);
        }

        for (var column = 0; column < _schema.Columns.Count; column++)
        {
            switch (_schema.Columns[column].Kind)
            {
                case ColumnKind.Text:
                    _texts[column].AddRange(batch.Texts(column).AsSpan(0, batch.Count));
                    break;
                case ColumnKind.Timestamp:
                    _times[column].AddRange(batch.Times(column).AsSpan(0, batch.Count));
                    break;
                default:
                    _numbers[column].AddRange(batch.Numbers(column).AsSpan(0, batch.Count));
                    break;
            }
        }

        _rows += batch.Count;
        return Task.CompletedTask;
    }

    public DatasetTable ToTable() => new([.. _schema.Columns.Select(CreateColumn)], _rows);

    private void Start(TableSchema schema)
    {
        _schema = schema;
        _numbers = [.. schema.Columns.Select(_ => new List<double>())];
        _times = [.. schema.Columns.Select(_ => new List<long>())];
        _texts = [.. schema.Columns.Select(_ => new List<string?>())];
    }

    private TableColumn CreateColumn(ColumnSchema column, int place)
    {
        var result = new TableColumn(column.Name, ColumnTypes.NameOf(column.Kind));
        return column.Kind switch
        {
            ColumnKind.Text => result with { Texts = [.. _texts[place]] },
            ColumnKind.Timestamp => result with { Times = [.. _times[place]] },
            _ => result with { Numbers = [.. _numbers[place]] },
        };
    }
}
