using System.Text.Json;
using Skipper.Services.Data.Sources.Declarations;
using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Sources.Mapping;

/// <summary>
/// Turns an answer into rows, as the declaration says. A row without a required value, or with one that cannot be read, is found; an
/// answer in which a required column is in no record at all has changed its shape, and is refused as a whole.
/// </summary>
internal sealed partial class RecordMapper
{
    /// <summary>Added to every table: when a row, as it is now, was first known. UTC.</summary>
    public const string IngestedAt = "ingested_at";

    private readonly SourceDeclaration _declaration;
    private readonly CellReader[] _cells;
    private readonly RowBatch _batch;
    private readonly int _capacity;

    public RecordMapper(SourceDeclaration declaration, int capacity = RowBatch.DefaultCapacity)
    {
        _declaration = declaration;
        _capacity = capacity;
        _cells = [.. declaration.Columns.Select(column => new CellReader(column, declaration.Records.Missing))];
        Schema = SchemaOf(declaration);
        _batch = new RowBatch(Schema, capacity);
    }

    public TableSchema Schema { get; }

    /// <summary>What is wrong with the rows of the batch that was given last.</summary>
    public Findings Findings { get; } = new();

    public static TableSchema SchemaOf(SourceDeclaration declaration) =>
        new([.. declaration.Schema.Columns, new ColumnSchema(IngestedAt, ColumnKind.Timestamp)]);

    /// <summary>The rows of an answer, in batches that are filled again and again.</summary>
    /// <param name="root">The whole answer.</param>
    /// <param name="item">What was asked for.</param>
    /// <param name="ingestedAt">When the answer came.</param>
    /// <param name="firstRecord">The number of the first record in its source, from 1.</param>
    public IEnumerable<RowBatch> Map(JsonElement root, SourceItem item, DateTimeOffset ingestedAt, long firstRecord)
    {
        var records = _declaration.Records.Path.Find(root, root);
        var count = Count(records);
        RequireShape(root, records, count);
        var constants = _declaration.Columns
            .Select(column => column.Value is null
                ? (JsonElement?)null
                : JsonSerializer.SerializeToElement(Placeholders.Fill(column.Value, item.Values.GetValueOrDefault)))
            .ToArray();
        var known = (ingestedAt.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
        var index = 0;
        foreach (var record in Records(records, count))
        {
            if (_batch.Count == 0)
            {
                Findings.Clear();
                _records.Clear();
            }

            if (record.ValueKind is JsonValueKind.Object)
            {
                Read(root, record, index, constants);
            }
            else
            {
                Refuse(record);
            }

            _records.Add((record, index));
            _batch.Times(_cells.Length)[_batch.Count] = known;
            _batch.Lines[_batch.Count++] = firstRecord + index++;
            if (_batch.Count == _capacity || index == count)
            {
                yield return _batch;
                _batch.Count = 0;
            }
        }
    }

    private IEnumerable<JsonElement> Records(JsonElement records, int count)
    {
        if (_declaration.Records.InColumns)
        {
            return Enumerable.Repeat(records, count);
        }

        return records.ValueKind is JsonValueKind.Array ? records.EnumerateArray() : [records];
    }

    private int Count(JsonElement records) => (records.ValueKind, _declaration.Records.InColumns) switch
    {
        (JsonValueKind.Object, true) => records.EnumerateObject()
            .Max(member => (int?)(member.Value.ValueKind is JsonValueKind.Array ? member.Value.GetArrayLength() : 0)) ?? 0,
        (JsonValueKind.Array, false) => records.GetArrayLength(),
        (JsonValueKind.Object, false) => 1,
        _ => throw Changed($"expected {(_declaration.Records.InColumns ? "an object of lists" : "a list of records")} at "
            + $"'{_declaration.Records.Path}', found {records.ValueKind.ToString().ToLowerInvariant()}"),
    };

    private void RequireShape(JsonElement root, JsonElement records, int count)
    {
        foreach (var column in _declaration.Columns.Where(column => column.Required && column.From.Count > 0))
        {
            if (count > 0 && !Records(records, count).Select((record, index) => Find(column.From, root, record, index)).Any(Exists))
            {
                throw Changed($"no record has a value for {column.Name}, expected in {string.Join(" or ", column.From)}");
            }
        }
    }

    private static bool Exists(JsonElement value) => value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    /// <summary>The first path that leads to a value counts; names that a provider changed stand one after the other.</summary>
    private JsonElement Find(IReadOnlyList<FieldPath> paths, JsonElement root, JsonElement record, int index)
    {
        JsonElement found = default;
        foreach (var path in paths)
        {
            found = Find(path, root, record, index);
            if (Exists(found))
            {
                break;
            }
        }

        return found;
    }

    private JsonElement Find(FieldPath path, JsonElement root, JsonElement record, int index) =>
        _declaration.Records.InColumns ? path.FindInColumns(root, record, index) : path.Find(root, record);

    private ShapeException Changed(string what) => new(
        $"The answer of source {_declaration.Name} is not of the shape that is declared: {what}. "
        + "If the provider changed it, add the new name to the declaration and replay what was kept.");
}
