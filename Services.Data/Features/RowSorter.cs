using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Features;

/// <summary>
/// Sorts any number of rows by a number in bounded memory: sorted runs go to temporary files, which are merged. Rows with the same
/// number keep their order.
/// </summary>
internal sealed class RowSorter(TableSchema schema, int rowsInMemory = RowSorter.DefaultRows, int mostFiles = 32) : IDisposable
{
    private const int DefaultRows = 64 * 1024;

    /// <summary>Files by level: one of level n was merged of many of level n - 1.</summary>
    private readonly List<List<SortedFile>> _files = [];
    private readonly RowBatch _rows = new(schema, rowsInMemory);
    private readonly long[] _numbers = new long[rowsInMemory];
    private long _flushed;

    public TableSchema Schema => schema;

    public void Add(RowBatch batch, Func<RowBatch, int, long> numberOf)
    {
        for (var row = 0; row < batch.Count; row++)
        {
            if (_rows.Count == rowsInMemory)
            {
                Flush();
            }

            _numbers[_rows.Count] = numberOf(batch, row);
            RowColumns.CopyRow(batch, row, _rows, _rows.Count++);
        }
    }

    /// <summary>Reads all rows in order, once; a row is gone when the next is asked for.</summary>
    public IEnumerable<SortedRow> Read()
    {
        var last = InMemory();
        return _files.Count == 0 ? last : Merge([.. _files.SelectMany(level => level).Select(file => file.Read()), last]);
    }

    public void Dispose()
    {
        foreach (var file in _files.SelectMany(level => level))
        {
            file.Dispose();
        }
    }

    private static IEnumerable<SortedRow> Merge(List<IEnumerable<SortedRow>> runs)
    {
        var readers = runs.ConvertAll(run => run.GetEnumerator());
        try
        {
            var queue = new PriorityQueue<IEnumerator<SortedRow>, (long Number, long Order)>();
            foreach (var reader in readers.Where(reader => reader.MoveNext()))
            {
                queue.Enqueue(reader, (reader.Current.Number, reader.Current.Order));
            }

            while (queue.TryPeek(out var reader, out _))
            {
                yield return reader.Current;
                if (reader.MoveNext())
                {
                    queue.DequeueEnqueue(reader, (reader.Current.Number, reader.Current.Order));
                }
                else
                {
                    queue.Dequeue();
                }
            }
        }
        finally
        {
            readers.ForEach(reader => reader.Dispose());
        }
    }

    private IEnumerable<SortedRow> InMemory()
    {
        var order = Enumerable.Range(0, _rows.Count).ToArray();
        Array.Sort(order, (a, b) => _numbers[a] != _numbers[b] ? _numbers[a].CompareTo(_numbers[b]) : a.CompareTo(b));
        foreach (var row in order)
        {
            yield return new SortedRow(_rows, row, _numbers[row], _flushed + row);
        }
    }

    private void Flush()
    {
        Keep(SortedFile.Write(schema, InMemory()), 0);
        _flushed += _rows.Count;
        _rows.Count = 0;
    }

    private void Keep(SortedFile file, int level)
    {
        if (level == _files.Count)
        {
            _files.Add([]);
        }

        _files[level].Add(file);
        if (_files[level].Count < mostFiles)
        {
            return;
        }

        var merged = SortedFile.Write(schema, Merge([.. _files[level].Select(part => part.Read())]));
        _files[level].ForEach(part => part.Dispose());
        _files[level].Clear();
        Keep(merged, level + 1);
    }
}

/// <summary>A row in its place.</summary>
/// <param name="Batch">Where its values are.</param>
/// <param name="Row">Which row there.</param>
/// <param name="Number">What it is sorted by.</param>
/// <param name="Order">Which row it was before sorting.</param>
internal readonly record struct SortedRow(RowBatch Batch, int Row, long Number, long Order);
