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
}
