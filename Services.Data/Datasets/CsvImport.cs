using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Datasets;

/// <summary>A row that was not accepted, with what stood in it.</summary>
internal sealed record QuarantinedRow(int Line, string Reason, IReadOnlyList<string> Cells);

/// <summary>
/// Checks the records of a CSV file and makes a table of those that pass; the others are kept with their reasons.
/// </summary>
internal sealed record CsvImport(DatasetTable Table, IReadOnlyList<QuarantinedRow> Rejected)
{
    /// <summary>
    /// The share of its cells that must be numbers for a column to be numeric; the rest are then errors, not text.
    /// </summary>
    private const double MostlyNumeric = 0.9;

    private const int ShownReasons = 5;

    /// <exception cref="MeshException">The file as a whole is no dataset.</exception>
    public static CsvImport Check(IReadOnlyList<CsvRecord> records)
    {
        var names = ReadHeader(records);
        var rows = records.Skip(1).ToList();
        if (rows.Count < 2)
        {
            throw MeshException.InvalidArgument(
                $"A dataset needs at least 2 rows below its header, found {rows.Count}.");
        }

        var complete = rows.Where(row => row.Cells.Length == names.Count && !row.Malformed).ToList();
        var numeric = names.Select((_, column) => IsMostlyNumeric(complete, column)).ToList();
        List<CsvRecord> accepted = [];
        List<QuarantinedRow> rejected = [];
        foreach (var row in rows)
        {
            var reasons = Reasons(row, names, numeric);
            if (reasons.Count == 0)
            {
                accepted.Add(row);
            }
            else
            {
                rejected.Add(new QuarantinedRow(row.Line, string.Join("; ", reasons), row.Cells));
            }
        }

        if (rejected.Count * 2L > rows.Count || accepted.Count < 2)
        {
            throw TooManyRejected(rows.Count, rejected);
        }

        var columns = names.Select((name, column) => CreateColumn(name, column, numeric[column], accepted)).ToList();
        return new CsvImport(new DatasetTable(columns, accepted.Count), rejected);
    }

    private static List<string> ReadHeader(IReadOnlyList<CsvRecord> records)
    {
        if (records.Count == 0)
        {
            throw MeshException.InvalidArgument("The file is empty: a header with column names and at least 2 rows were expected.");
        }

        var names = records[0].Cells.Select(cell => cell.Trim().ToLowerInvariant()).ToList();
        if (names.IndexOf("") is var empty and >= 0)
        {
            throw MeshException.InvalidArgument($"Column {empty + 1} of the header has no name: give every column one.");
        }

        if (names.Find(name => name.Any(char.IsControl)) is { } odd)
        {
            throw MeshException.InvalidArgument(
                $"Column {names.IndexOf(odd) + 1} of the header has control characters in its name: is this a CSV file?");
        }

        var duplicates = names.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => group.Key).ToList();
        if (duplicates.Count > 0)
        {
            throw MeshException.InvalidArgument(
                $"Column names must differ (upper and lower case are the same), found twice: {string.Join(", ", duplicates)}.");
        }

        return names is [var single] && single.AsSpan().ContainsAny(';', '\t', '|')
            ? throw MeshException.InvalidArgument($"Cells must be separated by commas, found the header '{Shorten(single)}'.")
            : names;
    }

    private static bool IsMostlyNumeric(List<CsvRecord> rows, int column)
    {
        var numbers = 0;
        var texts = 0;
        foreach (var row in rows)
        {
            switch (Cell.Read(row.Cells[column]).Kind)
            {
                case CellKind.Number or CellKind.NotFinite:
                    numbers++;
                    break;
                case CellKind.Text:
                    texts++;
                    break;
            }
        }

        return numbers > 0 && numbers >= MostlyNumeric * (numbers + texts);
    }

    private static List<string> Reasons(CsvRecord row, List<string> names, List<bool> numeric)
    {
        if (row.Malformed)
        {
            return ["a quote stands inside a cell that is not quoted"];
        }

        if (row.Cells.Length != names.Count)
        {
            return [$"expected {names.Count} cells, found {row.Cells.Length}"];
        }

        if (row.Cells.All(cell => cell.Length == 0))
        {
            return ["every cell is empty"];
        }

        List<string> reasons = [];
        for (var column = 0; column < names.Count; column++)
        {
            if (!numeric[column])
            {
                continue;
            }

            var expected = Cell.Read(row.Cells[column]).Kind switch
            {
                CellKind.Text => "a number",
                CellKind.NotFinite => "a finite number",
                _ => null,
            };
            if (expected is not null)
            {
                reasons.Add($"{names[column]}: expected {expected}, found '{Shorten(row.Cells[column])}'");
            }
        }

        return reasons;
    }

    private static TableColumn CreateColumn(string name, int column, bool numeric, List<CsvRecord> rows)
    {
        if (!numeric)
        {
            var texts = rows.Select(row => row.Cells[column] is { Length: > 0 } text ? text : null);
            return new TableColumn(name, ColumnTypes.Text) { Texts = [.. texts] };
        }

        var numbers = rows.Select(row => Cell.Read(row.Cells[column]).Number).ToArray();

        // Beyond 2^53 a double no longer tells neighboring integers apart.
        var whole = numbers.All(number => double.IsNaN(number) || (Math.Floor(number) == number && Math.Abs(number) <= 1L << 53));
        return new TableColumn(name, whole ? ColumnTypes.Integer : ColumnTypes.Number) { Numbers = numbers };
    }

    private static MeshException TooManyRejected(int total, List<QuarantinedRow> rejected)
    {
        var reasons = rejected.Take(ShownReasons).Select(row => $"line {row.Line}: {row.Reason}");
        return MeshException.FailedPrecondition(
            $"{rejected.Count} of {total} rows were rejected; at least half of them, and 2, must be good. "
            + $"The first: {string.Join(". ", reasons)}. Mend the file and import it again.");
    }

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "...";
}
