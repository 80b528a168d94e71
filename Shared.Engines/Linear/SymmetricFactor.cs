namespace Skipper.Shared.Engines.Linear;

/// <summary>
/// Cholesky decomposition L Lᵀ of a symmetric matrix that may be singular: a row that depends on the rows before it is left
/// out, which gives its unknown the value 0.
/// </summary>
internal sealed class SymmetricFactor
{
    // What remains of a diagonal value below this part is rounding.
    private const double Tolerance = 1e-11;

    private readonly int _size;
    private readonly double[] _lower;

    /// <param name="size">Rows and columns.</param>
    /// <param name="matrix">Row after row; only the lower triangle is read.</param>
    /// <param name="scale">What the diagonal is compared with to call it zero.</param>
    public SymmetricFactor(int size, double[] matrix, ReadOnlySpan<double> scale)
    {
        _size = size;
        _lower = new double[size * size];
        for (var row = 0; row < size; row++)
        {
            var current = Row(row);
            for (var column = 0; column < row; column++)
            {
                var pivot = Row(column)[column];
                current[column] = pivot == 0
                    ? 0
                    : (matrix[(row * size) + column] - Dense.Dot(current[..column], Row(column))) / pivot;
            }

            var rest = matrix[(row * size) + row] - Dense.Dot(current[..row], current);
            current[row] = rest > Tolerance * scale[row] ? Math.Sqrt(rest) : 0;
            Rank += current[row] > 0 ? 1 : 0;
        }
    }

    /// <summary>Number of rows that depend on no others.</summary>
    public int Rank { get; }

    /// <summary>Solves for one right side.</summary>
    public double[] Solve(ReadOnlySpan<double> right)
    {
        var solution = Forward(right);
        for (var row = _size - 1; row >= 0; row--)
        {
            var pivot = Row(row)[row];
            solution[row] = pivot == 0 ? 0 : solution[row] / pivot;
            Dense.AddScaled(solution.AsSpan(0, row), -solution[row], Row(row)[..row]);
        }

        return solution;
    }

    /// <summary>L⁻¹ v; its squared length is vᵀ M⁻¹ v.</summary>
    public double[] Forward(ReadOnlySpan<double> right)
    {
        var solution = right.ToArray();
        for (var row = 0; row < _size; row++)
        {
            var pivot = Row(row)[row];
            solution[row] = pivot == 0 ? 0 : (solution[row] - Dense.Dot(Row(row)[..row], solution)) / pivot;
        }

        return solution;
    }

    private Span<double> Row(int row) => _lower.AsSpan(row * _size, _size);
}
