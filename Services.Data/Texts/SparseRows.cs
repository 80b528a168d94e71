using System.Runtime.InteropServices;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Data.Texts;

/// <summary>A sparse matrix in compressed rows (CSR), filled row by row; within a row columns ascend.</summary>
internal sealed class SparseRows(int columns)
{
    private static readonly string[] Format = ["csr"];

    private readonly List<int> _starts = [0];
    private readonly List<int> _columns = [];
    private readonly List<double> _values = [];

    public int Rows => _starts.Count - 1;

    public int Columns => columns;

    /// <summary>How many values are stored; some may be 0.</summary>
    public int Count => _values.Count;

    /// <summary>Adds a row and returns its values, to be changed in place.</summary>
    public Span<double> Add(SortedDictionary<int, double> row)
    {
        if (row.Count > Array.MaxLength - Count)
        {
            throw MeshException.InvalidArgument("The texts have more terms than one array can hold: split them.");
        }

        _columns.AddRange(row.Keys);
        _values.AddRange(row.Values);
        _starts.Add(_values.Count);
        return CollectionsMarshal.AsSpan(_values)[^row.Count..];
    }

    /// <summary>The columns and values of a row.</summary>
    public IEnumerable<(int Column, double Value)> Row(int row)
    {
        for (var i = _starts[row]; i < _starts[row + 1]; i++)
        {
            yield return (_columns[i], _values[i]);
        }
    }

    /// <summary>Writes the .npz that <c>scipy.sparse.load_npz</c> reads.</summary>
    public void Write(Stream stream) => NpzFile.Write(
        stream,
        new("indices", new NpyArray(_columns.ToArray(), Count)),
        new("indptr", new NpyArray(_starts.ToArray(), Rows + 1)),
        new("format", new NpyArray(Format)),
        new("shape", new NpyArray(new long[] { Rows, Columns }, 2)),
        new("data", new NpyArray(_values.ToArray(), Count)));
}
