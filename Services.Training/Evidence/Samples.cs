using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Training.Evidence;

/// <summary>Some rows of many.</summary>
internal static class Samples
{
    /// <summary>So many row numbers at most, evenly spread from the first to the last.</summary>
    public static int[] Spread(int rows, int most) => rows <= most
        ? [.. Enumerable.Range(0, rows)]
        : [.. Enumerable.Range(0, most).Select(i => (int)((long)i * (rows - 1) / (most - 1)))];

    public static Matrix Take(Matrix matrix, int[] rows)
    {
        if (rows.Length == matrix.Rows)
        {
            return matrix;
        }

        var values = new double[rows.Length * matrix.Columns];
        for (var i = 0; i < rows.Length; i++)
        {
            matrix.Row(rows[i]).CopyTo(values.AsSpan(i * matrix.Columns));
        }

        return new Matrix(rows.Length, matrix.Columns, values);
    }

    public static double[] Column(Matrix matrix, int column)
    {
        var values = new double[matrix.Rows];
        for (var row = 0; row < values.Length; row++)
        {
            values[row] = matrix[row, column];
        }

        return values;
    }
}
