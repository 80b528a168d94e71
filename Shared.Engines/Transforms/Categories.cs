using System.Globalization;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Shared.Engines.Transforms;

/// <summary>The categories of a column in their order; numbers are written in their shortest exact form.</summary>
internal sealed class Categories
{
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<string> _names;

    public Categories(IReadOnlyList<string> names)
    {
        _names = names;
        for (var place = 0; place < names.Count; place++)
        {
            _places.Add(names[place], place);
        }
    }

    public static string NameOf(CellValue value) => value.Text ?? value.Number.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The place of a category; -1 = unknown, where that is allowed.</summary>
    public int Find(string column, CellValue value, bool refuseUnknown)
    {
        var name = NameOf(value);
        return _places.TryGetValue(name, out var place) ? place
            : !refuseUnknown ? -1
            : throw MeshException.InvalidArgument(
                $"{column}: '{name}' is none of the {_names.Count} categories of the training part: "
                + $"{string.Join(", ", _names.Take(10))}{(_names.Count > 10 ? ", ..." : "")}.");
    }
}
