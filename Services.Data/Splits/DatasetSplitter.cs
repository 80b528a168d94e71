using Skipper.Services.Data.Datasets;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Data.Splits;

/// <summary>The matrices of one part.</summary>
internal sealed record PartArrays(Matrix Features, Matrix Targets);

/// <summary>A table divided into three parts, features z-scored with statistics of the training part only.</summary>
internal sealed record SplitArrays(
    IReadOnlyList<FeatureColumn> Features,
    IReadOnlyList<string> Targets,
    PartArrays Train,
    PartArrays Test,
    PartArrays Validation,
    int DroppedRows)
{
    /// <summary>Of targets that are text: the texts by number of the class, by name of the target.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Classes { get; init; } = new Dictionary<string, IReadOnlyList<string>>();
}

/// <summary>Divides a table: test rows first, then validation rows, training rows last.</summary>
internal static class DatasetSplitter
{
    public static SplitArrays Split(
        DatasetTable table, IReadOnlyList<string> targetNames, SplitFraction fraction, int seed, SplitMethod method) =>
        Split(table, targetNames, fraction, seed, method, SplitFeatures.All);

    public static SplitArrays Split(
        DatasetTable table,
        IReadOnlyList<string> targetNames,
        SplitFraction fraction,
        int seed,
        SplitMethod method,
        SplitFeatures chosen)
    {
        var classes = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var targets = FindTargets(table, targetNames).ConvertAll(target => target.Numbers is null ? Numbered(target, classes) : target);
        var features = chosen.Find(
            table, column => column.Name != method.By && !targets.Exists(target => target.Name == column.Name));
        if (features.Count == 0)
        {
            throw MeshException.InvalidArgument(
                $"No numeric column is left to learn from: targets are {Names(targets)}, columns are {Names(table.Columns)}.");
        }

        var rows = CompleteRows(table, chosen.KeepMissing ? targets : [.. features, .. targets]);
        var (testEnd, validationEnd) = method.Arrange(table, rows, fraction, seed);
        var test = rows.AsSpan(0, testEnd);
        var validation = rows.AsSpan(testEnd, validationEnd - testEnd);
        var train = rows.AsSpan(validationEnd);

        var normalizations = new List<Normalization>();
        foreach (var feature in features)
        {
            normalizations.Add(Normalization.Fit(feature.Name, Take(feature, train)));
        }

        return new SplitArrays(
            [.. features.Zip(normalizations, Describe)],
            [.. targets.Select(target => target.Name)],
            CreatePart(train, features, normalizations, targets),
            CreatePart(test, features, normalizations, targets),
            CreatePart(validation, features, normalizations, targets),
            table.RowCount - rows.Length)
        {
            Classes = classes,
        };
    }

    private static TableColumn Numbered(TableColumn target, Dictionary<string, IReadOnlyList<string>> classes)
    {
        (var numbered, classes[target.Name]) = TextClasses.Encode(target);
        return numbered;
    }

    private static List<TableColumn> FindTargets(DatasetTable table, IReadOnlyList<string> names)
    {
        var wanted = names.Select(name => name.Trim().ToLowerInvariant()).ToList();
        if (wanted.Count == 0)
        {
            throw MeshException.InvalidArgument("targets is empty: name at least one column to predict.");
        }

        if (wanted.Distinct().Count() < wanted.Count)
        {
            throw MeshException.InvalidArgument($"targets must differ, found {string.Join(", ", wanted)}.");
        }

        return [.. wanted.Select(name => table.Columns.FirstOrDefault(column => column.Name == name) switch
        {
            null => throw MeshException.InvalidArgument(
                $"There is no column '{name}' to be a target; columns are {Names(table.Columns)}."),
            { Times: not null } => throw MeshException.InvalidArgument(
                $"Column '{name}' is a timestamp and cannot be a target; other columns are "
                + $"{Names(table.Columns.Where(column => column.Times is null))}."),
            var column => column,
        })];
    }

    /// <summary>
    /// Rows without a missing value; a dataset that would lose more than half of its rows is refused.
    /// </summary>
    private static int[] CompleteRows(DatasetTable table, List<TableColumn> used)
    {
        var rows = Enumerable.Range(0, table.RowCount)
            .Where(row => used.TrueForAll(column => !double.IsNaN(column.Numbers![row])))
            .ToArray();
        if (rows.Length * 2L < table.RowCount)
        {
            var holes = used.Where(column => column.MissingCount > 0)
                .OrderByDescending(column => column.MissingCount)
                .Select(column => $"{column.Name} ({column.MissingCount})");
            throw MeshException.FailedPrecondition(
                $"{table.RowCount - rows.Length} of {table.RowCount} rows have missing values, more than half: "
                + $"{string.Join(", ", holes)}. Fill these columns or leave them out, and import again.");
        }

        return rows;
    }

    private static FeatureColumn Describe(TableColumn column, Normalization normalization) => new()
    {
        Name = column.Name,
        Type = column.Type,
        Mean = normalization.Mean,
        StandardDeviation = normalization.StandardDeviation,
        Minimum = normalization.Minimum,
        Maximum = normalization.Maximum,
    };

    private static double[] Take(TableColumn column, ReadOnlySpan<int> rows)
    {
        var values = new double[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            values[i] = column.Numbers![rows[i]];
        }

        return values;
    }

    private static PartArrays CreatePart(
        ReadOnlySpan<int> rows, List<TableColumn> features, List<Normalization> normalizations, List<TableColumn> targets)
    {
        var x = new double[rows.Length * features.Count];
        var y = new double[rows.Length * targets.Count];
        for (var i = 0; i < rows.Length; i++)
        {
            for (var f = 0; f < features.Count; f++)
            {
                x[(i * features.Count) + f] = normalizations[f].Apply(features[f].Numbers![rows[i]]);
            }

            for (var t = 0; t < targets.Count; t++)
            {
                y[(i * targets.Count) + t] = targets[t].Numbers![rows[i]];
            }
        }

        return new PartArrays(new Matrix(rows.Length, features.Count, x), new Matrix(rows.Length, targets.Count, y));
    }

    private static string Names(IEnumerable<TableColumn> columns) => string.Join(", ", columns.Select(column => column.Name));
}
