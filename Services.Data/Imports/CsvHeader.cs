using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Imports;

/// <summary>The names of columns, as they must be: each has one, and they differ.</summary>
internal static class CsvHeader
{
    /// <param name="cells">The first record; empty where there is none.</param>
    /// <param name="fault">What is wrong with it as a record.</param>
    public static IReadOnlyList<string> Check(IReadOnlyList<string> cells, string? fault)
    {
        if (cells.Count == 0)
        {
            throw MeshException.InvalidArgument("The file is empty: a header with column names and at least 2 rows were expected.");
        }

        if (fault is not null)
        {
            throw MeshException.InvalidArgument($"The header cannot be read: {fault}.");
        }

        var names = cells.Select(cell => cell.Trim().ToLowerInvariant()).ToList();
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
        return duplicates.Count == 0
            ? names
            : throw MeshException.InvalidArgument(
                $"Column names must differ (upper and lower case are the same), found twice: {string.Join(", ", duplicates)}.");
    }
}
