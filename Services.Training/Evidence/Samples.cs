using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Training.Evidence;

/// <summary>Some rows of many.</summary>
internal static class Samples
{
    /// <summary>So many row numbers at most, evenly spread from the first to the last.</summary>
    public static int[] Spread(int rows, int most) => rows <= most
        ? [.. Enumerable.Range(0, rows)]
        : [.. Enumerable.Range(0, most).Select(i => (int)((long)i * (rows - 1) / (most - 1)))];

    /// <summary>So many rows at most, evenly spread.</summary>
    public static Matrix Of(Matrix matrix, int most) => matrix.Rows <= most ? matrix : matrix.Take(Spread(matrix.Rows, most));
}
