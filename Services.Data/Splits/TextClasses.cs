using Skipper.Services.Data.Datasets;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Splits;

/// <summary>A text column as a target: each different text is a class, numbered from 0 in ordinal order.</summary>
internal static class TextClasses
{
    // A column with more is a name or a remark, and the reply would be as long as the column.
    private const int Most = 1000;

    /// <summary>The column with numbers of classes, NaN where the text is missing, and the texts by number.</summary>
    /// <exception cref="MeshException">There are too many different texts.</exception>
    public static (TableColumn Numbered, IReadOnlyList<string> Classes) Encode(TableColumn column)
    {
        string[] classes = [.. column.Texts!.OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (classes.Length > Most)
        {
            throw MeshException.InvalidArgument(
                $"Column '{column.Name}' is text with {classes.Length} different values; a target may have at most {Most}, each a class.");
        }

        var numbers = column.Texts!.Select(
            text => text is null ? double.NaN : Array.BinarySearch(classes, text, StringComparer.Ordinal));
        return (new TableColumn(column.Name, ColumnTypes.Integer) { Numbers = [.. numbers] }, classes);
    }
}
