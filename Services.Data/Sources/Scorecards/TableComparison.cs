using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Sources.Scorecards;

/// <summary>
/// Goes once through a table in the order of its key without the source, and compares what the sources say about the same thing; it
/// holds the rows of one thing at a time.
/// </summary>
internal sealed class TableComparison
{
    private readonly int _source;
    private readonly int[] _things;
    private readonly int[] _entities;
    private readonly Dictionary<string, double[]> _group = new(StringComparer.Ordinal);
    private readonly HashSet<string> _angles;
    private string? _thing;

    /// <param name="table">Its key names the source.</param>
    /// <param name="angles">Columns in degrees.</param>
    public TableComparison(TypedTable table, HashSet<string> angles)
    {
        var columns = table.Schema.Columns;
        _source = table.Require("source");
        _things = [.. table.Key.Where(key => key != _source)];
        _entities = [.. _things.Where(key => columns[key].Kind is not ColumnKind.Timestamp)];
        _angles = angles;
        Columns = [.. Enumerable.Range(0, columns.Count).Where(column =>
            columns[column].Kind is ColumnKind.Number or ColumnKind.Integer && !table.Key.Contains(column))];
    }

    /// <summary>Places of the columns that are compared.</summary>
    public int[] Columns { get; }

    public Dictionary<(string First, string Second, int Column), Agreement> Pairs { get; } = [];

    /// <summary>Each source against the median of the others.</summary>
    public Dictionary<(string Source, int Column), Agreement> Consensus { get; } = [];

    public Dictionary<string, SourceRows> Sources { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Entities { get; } = new(StringComparer.Ordinal);

    public void Add(RowBatch batch)
    {
        for (var row = 0; row < batch.Count; row++)
        {
            var thing = Join(batch, _things, row);
            if (thing != _thing)
            {
                Complete(batch.Schema);
                _thing = thing;
            }

            var source = batch.Texts(_source)[row]!;
            var values = new double[Columns.Length];
            if (!Sources.TryGetValue(source, out var rows))
            {
                Sources.Add(source, rows = new SourceRows(new long[Columns.Length]));
            }

            rows.Count++;
            var entity = Join(batch, _entities, row);
            rows.Entities.Add(entity);
            Entities.Add(entity);
            for (var i = 0; i < Columns.Length; i++)
            {
                values[i] = batch.Numbers(Columns[i])[row];
                rows.Values[i] += double.IsNaN(values[i]) ? 0 : 1;
            }

            _group[source] = values;
        }
    }

    public void Complete(TableSchema schema)
    {
        for (var i = 0; i < Columns.Length; i++)
        {
            var isAngle = _angles.Contains(schema.Columns[Columns[i]].Name);
            var said = _group.Where(entry => !double.IsNaN(entry.Value[i])).OrderBy(entry => entry.Key, StringComparer.Ordinal)
                .Select(entry => (Source: entry.Key, Value: entry.Value[i])).ToList();
            for (var a = 0; a < said.Count; a++)
            {
                for (var b = a + 1; b < said.Count; b++)
                {
                    Of(Pairs, (said[a].Source, said[b].Source, Columns[i]), isAngle).Add(said[a].Value, said[b].Value);
                }

                if (said.Count >= 3)
                {
                    var others = said.Where((_, other) => other != a).Select(other => other.Value);
                    Of(Consensus, (said[a].Source, Columns[i]), isAngle).Add(said[a].Value, isAngle ? MeanAngle(others) : Median(others));
                }
            }
        }

        _group.Clear();
    }

    private static Agreement Of<T>(Dictionary<T, Agreement> all, T key, bool isAngle)
        where T : notnull
    {
        if (!all.TryGetValue(key, out var agreement))
        {
            all.Add(key, agreement = new Agreement(isAngle));
        }

        return agreement;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>Angles have no order, so no median; the direction of the sum of unit vectors instead.</summary>
    private static double MeanAngle(IEnumerable<double> degrees)
    {
        var radians = degrees.Select(angle => angle * Math.PI / 180).ToList();
        return Math.Atan2(radians.Sum(Math.Sin), radians.Sum(Math.Cos)) * 180 / Math.PI;
    }

    private static string Join(RowBatch batch, int[] columns, int row) => string.Join('\u001f', columns.Select(column =>
        batch.Schema.Columns[column].Kind switch
    {
        ColumnKind.Text => batch.Texts(column)[row],
        ColumnKind.Timestamp => batch.Times(column)[row].ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => batch.Numbers(column)[row].ToString(System.Globalization.CultureInfo.InvariantCulture),
    }));
}

/// <summary>What one source has in the table.</summary>
/// <param name="Values">Rows with a value, by compared column.</param>
internal sealed record SourceRows(long[] Values)
{
    public long Count { get; set; }

    public HashSet<string> Entities { get; } = new(StringComparer.Ordinal);
}
