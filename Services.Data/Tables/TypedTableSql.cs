using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Data.Tables;

/// <summary>The statements for one typed table; here, and in the two loads, is all that differs between the databases.</summary>
internal sealed class TypedTableSql
{
    /// <summary>The order in which rows were written; not there in a table with a key.</summary>
    public const string RowColumn = "\"_row\"";

    private readonly TypedTable _table;
    private readonly bool _isPostgreSql;
    private readonly string[] _columns;

    public TypedTableSql(TypedTable table, Database database)
    {
        _table = table;
        _isPostgreSql = database.Dialect is Dialect.PostgreSql;
        _columns = [.. table.Schema.Columns.Select(column => TypedTable.Quoted(column.Name))];
        Name = database.Sql($"{DataService.Schema}.rows_{table.Name}");
        Staging = $"staged_{table.Name}";
    }

    public string Name { get; }

    public string Staging { get; }

    public string Columns => string.Join(", ", _columns);

    public string Create
    {
        get
        {
            var columns = _table.Schema.Columns.Select((_, column) => $"{_columns[column]} {Type(column)}{Missing(column)}");
            return _table.Key.Count == 0
                ? $"CREATE TABLE IF NOT EXISTS {Name} ({Row}, {string.Join(", ", columns)})"
                : $"CREATE TABLE IF NOT EXISTS {Name} ({string.Join(", ", columns)}, PRIMARY KEY ({Names(_table.Key)}))";
        }
    }

    public string CreateStaging => $"""
        CREATE TEMP TABLE {Staging} ({Row}, {string.Join(", ", _columns.Select((name, column) => $"{name} {Type(column)}"))})
        """;

    /// <summary>Rows of the staging table whose keys are new.</summary>
    public string CountNew => $"""
        SELECT COUNT(*) FROM (SELECT DISTINCT {Names(_table.Key)} FROM {Staging}) AS s
        WHERE NOT EXISTS (SELECT 1 FROM {Name} AS t
            WHERE {string.Join(" AND ", _table.Key.Select(key => $"t.{_columns[key]} = s.{_columns[key]}"))})
        """;

    /// <summary>
    /// Of the staged rows of one key the newest; it replaces what is there if it is not older, and differs. Keys in order, so that
    /// two merges never wait for each other.
    /// </summary>
    public string Merge
    {
        get
        {
            var cursor = _table.Cursor is null ? null : _columns[_table.Require(_table.Cursor)];
            var newest = cursor is null ? "" : $"{cursor} DESC NULLS LAST, ";
            return $"""
                INSERT INTO {Name} AS t ({Columns})
                SELECT {Columns} FROM (
                    SELECT {Columns}, ROW_NUMBER() OVER (PARTITION BY {Names(_table.Key)} ORDER BY {newest}{RowColumn} DESC) AS _rank
                    FROM {Staging}) AS s
                WHERE _rank = 1
                ORDER BY {Names(_table.Key)}
                ON CONFLICT ({Names(_table.Key)}) {Replace(cursor)}
                """;
        }
    }

    /// <summary>Rows with the key in parameters p0, p1 .. (by column) whose cursor is later than its parameter.</summary>
    public string CountNewer
    {
        get
        {
            var cursor = _table.Require(_table.Cursor!);
            var key = string.Join(" AND ", _table.Key.Select(column => $"{_columns[column]} = @p{column}"));
            return $"SELECT COUNT(*) FROM {Name} WHERE {key} AND {_columns[cursor]} > @p{cursor}";
        }
    }

    public string Select(string? order) => $"SELECT {Columns} FROM {Name} ORDER BY {order ?? DefaultOrder}";

    private string Row => $"{RowColumn} {(_isPostgreSql ? "bigint NOT NULL" : "INTEGER PRIMARY KEY")}";

    private string DefaultOrder => _table.Key.Count == 0 ? RowColumn : Names(_table.Key);

    /// <summary>The SQL type of a column. SQLite keeps a timestamp as its microseconds: exact, and they sort.</summary>
    public string Type(int column) => (_table.Schema.Columns[column].Kind, _isPostgreSql) switch
    {
        (ColumnKind.Text, _) => "text",
        (ColumnKind.Integer, true) => "bigint",
        (ColumnKind.Integer, false) => "integer",
        (ColumnKind.Number, true) => "double precision",
        (ColumnKind.Number, false) => "real",
        (_, true) => "timestamp with time zone",
        (_, false) => "integer",
    };

    private string Replace(string? cursor)
    {
        var values = Enumerable.Range(0, _columns.Length).Where(column => !_table.Key.Contains(column)).ToList();
        var untracked = _table.Untracked.Select(_table.Require).ToList();
        var tracked = values.Where(column => !untracked.Contains(column)).Select(column => _columns[column]).ToList();
        if (tracked.Count == 0)
        {
            return "DO NOTHING";
        }

        var set = string.Join(", ", values.Select(column => $"{_columns[column]} = excluded.{_columns[column]}"));
        var notOlder = cursor is null ? "" : $"(t.{cursor} IS NULL OR excluded.{cursor} >= t.{cursor}) AND ";
        var differs = string.Join(
            " OR ", tracked.Select(column => $"t.{column} {(_isPostgreSql ? "IS DISTINCT FROM" : "IS NOT")} excluded.{column}"));
        return $"DO UPDATE SET {set} WHERE {notOlder}({differs})";
    }

    private string Missing(int column) => _table.Key.Contains(column) ? " NOT NULL" : "";

    private string Names(IEnumerable<int> columns) => string.Join(", ", columns.Select(column => _columns[column]));
}
