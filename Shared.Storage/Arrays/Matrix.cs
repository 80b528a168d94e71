namespace Skipper.Shared.Storage.Arrays;

/// <summary>A dense row-major matrix.</summary>
/// <param name="Rows">Number of rows.</param>
/// <param name="Columns">Number of columns.</param>
/// <param name="Values">Rows * Columns values, row after row.</param>
public sealed record Matrix(int Rows, int Columns, double[] Values)
{
    /// <summary>One row, as a view.</summary>
    public ReadOnlySpan<double> Row(int row) => Values.AsSpan(row * Columns, Columns);

    /// <summary>One value.</summary>
    public double this[int row, int column] => Values[(row * Columns) + column];

    /// <summary>Some rows, in the order in which they are named, as a matrix of their own.</summary>
    public Matrix Take(ReadOnlySpan<int> rows)
    {
        var values = new double[rows.Length * Columns];
        for (var i = 0; i < rows.Length; i++)
        {
            Row(rows[i]).CopyTo(values.AsSpan(i * Columns));
        }

        return new Matrix(rows.Length, Columns, values);
    }

    /// <summary>One column, copied.</summary>
    public double[] Column(int column)
    {
        var values = new double[Rows];
        for (var row = 0; row < values.Length; row++)
        {
            values[row] = this[row, column];
        }

        return values;
    }
}
