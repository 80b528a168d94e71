using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Splits;

/// <summary>
/// How rows are told apart into parts: at random, by time with the newest in the test part, or by groups that stay together.
/// </summary>
/// <param name="Name"><c>random</c>, <c>time</c> or <c>group</c>.</param>
/// <param name="By">The column with the time or the group; none at random.</param>
internal sealed record SplitMethod(string Name, string? By)
{
    private const string Shuffled = "random";
    private const string Time = "time";
    private const string Group = "group";

    public static SplitMethod Random { get; } = new(Shuffled, null);

    public static SplitMethod Parse(string? name, string? by)
    {
        var column = by?.Trim().ToLowerInvariant();
        return (name ?? Shuffled, column) switch
        {
            (Shuffled, null) => Random,
            (Time or Group, { Length: > 0 }) => new SplitMethod(name!, column),
            (Shuffled, _) => throw MeshException.InvalidArgument(
                $"by names the column of a split by time or group, found '{by}' without one of these methods."),
            (Time or Group, _) => throw MeshException.InvalidArgument(
                $"A split by {name} needs the column to go by: name it in by."),
            _ => throw MeshException.InvalidArgument($"method must be random, time or group, found '{name}'."),
        };
    }

    /// <summary>Brings rows into the order test, validation, training, and returns where the first two end.</summary>
    public (int TestEnd, int ValidationEnd) Arrange(DatasetTable table, int[] rows, SplitFraction fraction, int seed)
    {
        var counts = fraction.Divide(rows.Length);
        var generator = new SplitMix64(unchecked((ulong)seed));
        if (By is null)
        {
            generator.Shuffle(rows);
            return (counts.Test, counts.Test + counts.Validation);
        }

        var blocks = BlocksOf(table, rows);
        var order = blocks.Distinct().ToArray();
        if (Name is Time)
        {
            Array.Sort(order, (a, b) => b.CompareTo(a));
        }
        else
        {
            generator.Shuffle(order);
        }

        // A sort keeps rows of one block together; by place within the block it is the same on every machine.
        var rank = order.Select((block, place) => (block, place)).ToDictionary(pair => pair.block, pair => pair.place);
        var places = blocks.Select((block, i) => ((long)rank[block] << 32) | (uint)i).ToArray();
        Array.Sort(places, rows);
        var sorted = places.Select(place => place >> 32).ToArray();
        var test = EndOfBlock(sorted, counts.Test);
        var validation = EndOfBlock(sorted, Math.Max(test + 1, test + counts.Validation));
        return rows.Length - validation >= 2
            ? (test, validation)
            : throw MeshException.InvalidArgument(
                $"Column {By} has too few different values to divide {rows.Length} rows by: fewer than 2 are left for training.");
    }

    /// <summary>The first place at or behind this one where another block begins.</summary>
    private static int EndOfBlock(long[] sorted, int end)
    {
        while (end > 0 && end < sorted.Length && sorted[end] == sorted[end - 1])
        {
            end++;
        }

        return Math.Min(end, sorted.Length);
    }

    /// <summary>A number for each row: the same for rows that stay together, and in the order of times.</summary>
    private int[] BlocksOf(DatasetTable table, int[] rows)
    {
        var column = table.Columns.FirstOrDefault(column => column.Name == By)
            ?? throw MeshException.InvalidArgument(
                $"There is no column '{By}' to split by; columns are {string.Join(", ", table.Columns.Select(c => c.Name))}.");
        return column switch
        {
            { Times: { } times } => Rank(rows.Select(row => times[row]), time => time == RowBatch.NoTime, Comparer<long>.Default),
            { Numbers: { } numbers } => Rank(rows.Select(row => numbers[row]), double.IsNaN, Comparer<double>.Default),
            _ => Rank(rows.Select(row => column.Texts![row] ?? ""), text => text.Length == 0, StringComparer.Ordinal),
        };
    }

    private int[] Rank<T>(IEnumerable<T> values, Func<T, bool> isMissing, IComparer<T> comparer)
        where T : notnull
    {
        var all = values.ToList();
        if (all.Exists(value => isMissing(value)))
        {
            throw MeshException.FailedPrecondition($"Column {By} has rows without a value, which cannot be told where they belong.");
        }

        var ranks = all.Distinct().Order(comparer).Select((value, rank) => (value, rank))
            .ToDictionary(pair => pair.value, pair => pair.rank);
        return [.. all.Select(value => ranks[value])];
    }
}
