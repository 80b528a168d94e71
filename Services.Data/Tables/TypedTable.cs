using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Skipper.Services.Data.Tables;

/// <summary>
/// A table in the database with a column for each column of its schema; read and written by <see cref="TypedTableStore"/>.
/// </summary>
internal sealed partial class TypedTable
{
    /// <summary>Names that PostgreSQL keeps for itself in every table.</summary>
    private static readonly string[] SystemColumns = ["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"];

    /// <param name="name">Lower case letters, digits and _, at most 50 characters.</param>
    /// <param name="schema">Its columns.</param>
    /// <param name="key">
    /// Columns that tell rows apart, never missing. A table with a key is merged into; one without keeps rows in their order.
    /// </param>
    public TypedTable(string name, TableSchema schema, params IReadOnlyList<string> key)
    {
        if (!ValidName().IsMatch(name))
        {
            throw new ArgumentException($"A table is named by at most 50 lower case letters, digits and _, was '{name}'.", nameof(name));
        }

        Name = name;
        Schema = schema;
        Key = [.. key.Select(Require)];
    }

    public string Name { get; }

    public TableSchema Schema { get; }

    /// <summary>Places of the key columns.</summary>
    public IReadOnlyList<int> Key { get; }

    /// <summary>
    /// Column that says which of two rows with the same key is newer; of rows with the same cursor the one written last. Absent:
    /// the one written last.
    /// </summary>
    public string? Cursor { get; init; }

    /// <summary>Columns that change nothing by being different, such as the time at which a row was ingested.</summary>
    public IReadOnlyList<string> Untracked { get; init; } = [];

    /// <summary>The place of a column that must be there.</summary>
    public int Require(string column) => Schema.IndexOf(column) is var place and >= 0
        ? place
        : throw new ArgumentException($"Table {Name} has no column '{column}'.", nameof(column));

    /// <summary>
    /// The name of a column in SQL, in quotes: its own where both databases take it as it is, else one made of its hash.
    /// </summary>
    public static string Quoted(string column) =>
        PlainName().IsMatch(column) && !SystemColumns.Contains(column.ToLowerInvariant())
            ? $"\"{column}\""
            : $"\"_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(column)).AsSpan(0, 8))}\"";

    [GeneratedRegex(@"^[a-z0-9_]{1,50}\z")]
    private static partial Regex ValidName();

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_]{0,62}\z")]
    private static partial Regex PlainName();
}
