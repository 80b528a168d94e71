using Skipper.Services.Data.Datasets;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Splits;

/// <summary>Which columns are features, and whether rows may lack some of them.</summary>
/// <param name="Names">The columns, in this order; null = all that can be.</param>
/// <param name="KeepMissing">Whether a row stays where a feature is missing.</param>
internal sealed record SplitFeatures(IReadOnlyList<string>? Names, bool KeepMissing)
{
    public static SplitFeatures All { get; } = new(null, false);

    public static SplitFeatures Parse(IReadOnlyList<string>? names, string? missing)
    {
        if (missing is not (null or "drop" or "keep"))
        {
            throw MeshException.InvalidArgument($"missing must be drop or keep, found '{missing}'.");
        }

        var wanted = names?.Select(name => name?.Trim().ToLowerInvariant() ?? "").ToList();
        if (wanted?.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1)?.Key is { } repeated)
        {
            throw MeshException.InvalidArgument($"features must name each column once, '{repeated}' is there twice.");
        }

        return new SplitFeatures(wanted, missing == "keep");
    }

    /// <summary>The columns.</summary>
    /// <param name="table">Has them.</param>
    /// <param name="isFree">False for a column that is something else, such as a target.</param>
    public List<TableColumn> Find(DatasetTable table, Func<TableColumn, bool> isFree) => Names is null
        ? [.. table.Columns.Where(column => column.Numbers is not null && isFree(column))]
        : [.. Names.Select(name => Find(table, name, isFree))];

    private static TableColumn Find(DatasetTable table, string name, Func<TableColumn, bool> isFree) =>
        table.Columns.FirstOrDefault(column => column.Name == name) switch
        {
            null => throw MeshException.InvalidArgument(
                $"There is no column '{name}' to be a feature; columns are {string.Join(", ", table.Columns.Select(column => column.Name))}."),
            { Numbers: null } => throw MeshException.InvalidArgument(
                $"Column '{name}' is not numeric and cannot be a feature; encode it first (fit_transform or build_features)."),
            var column when !isFree(column) => throw MeshException.InvalidArgument(
                $"Column '{name}' cannot be a feature: it is a target, or what the rows are divided by."),
            var column => column,
        };
}
