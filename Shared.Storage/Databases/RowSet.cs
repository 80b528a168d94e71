using System.Text.Encodings.Web;
using System.Text.Json;

namespace Skipper.Shared.Storage.Databases;

/// <summary>
/// Many rows as one parameter of a statement: a JSON array that both databases read as a table. One statement for many rows is what
/// makes a batch cheap, and it is the same for both.
/// </summary>
public static class RowSet
{
    private static readonly JsonSerializerOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>A <c>FROM</c> item named <c>c</c> that reads parameter <c>@Rows</c>.</summary>
    /// <param name="database">Speaks the dialect.</param>
    /// <param name="columns">Names and PostgreSQL types; each is a member of the rows, <c>c_run</c> is <c>CRun</c>.</param>
    public static string From(Database database, params (string Name, string Type)[] columns) =>
        database.Dialect is Dialect.PostgreSql
            ? $"jsonb_to_recordset(CAST(@Rows AS jsonb)) AS c({string.Join(", ", columns.Select(column => $"{column.Name} {column.Type}"))})"
            : $"(SELECT {string.Join(", ", columns.Select(column => $"json_extract(value, '$.{column.Name}') AS {column.Name}"))} FROM json_each(@Rows)) AS c";

    /// <summary>The parameter.</summary>
    public static string Of<T>(IEnumerable<T> rows) => JsonSerializer.Serialize(rows, Options);
}
