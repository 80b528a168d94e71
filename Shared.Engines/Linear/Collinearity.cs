namespace Skipper.Shared.Engines.Linear;

/// <summary>Says which columns tell a line nothing that others do not tell.</summary>
internal static class Collinearity
{
    // Of a standardized column's length; what remains below is explained by the columns before it.
    private const double Tolerance = 1e-9;

    /// <summary>Notes constant columns, and columns that are sums of columns before them.</summary>
    /// <param name="problem">Where the notes go.</param>
    /// <param name="factor">R of the weighted, standardized rows, before any penalty.</param>
    public static void Note(LinearProblem problem, TriangularFactor factor)
    {
        var design = problem.Design;
        var smallest = Tolerance * Math.Sqrt(design.TotalWeight);
        int[] dependent =
        [
            .. Enumerable.Range(0, design.Columns)
                .Where(column => design.InverseScales[column] > 0 && Math.Abs(factor[column, column]) <= smallest),
        ];
        Note(problem, design.Constants, "never change, so their coefficients are 0");
        Note(
            problem,
            dependent,
            problem.IsPenalized
                ? "depend linearly on the features before them; the penalty shares the effect among them"
                : "depend linearly on the features before them; predictions are unique, coefficients and their errors are not");
    }

    /// <summary>The same from features alone, for solvers that need no such factor.</summary>
    public static void Note(LinearProblem problem, CancellationToken cancellationToken)
    {
        var design = problem.Design;
        var factor = new TriangularFactor(design.Columns);
        var row = new double[design.Columns];
        for (var i = 0; i < design.Rows; i++)
        {
            if (i % 4096 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            design.Row(i, row);
            factor.Add(row, Math.Sqrt(design.Weights[i]));
        }

        factor.Complete();
        Note(problem, factor);
    }

    private static void Note(LinearProblem problem, int[] columns, string what)
    {
        const int Named = 20;
        if (columns.Length > 0)
        {
            var names = string.Join(", ", columns.Take(Named)) + (columns.Length > Named ? ", ..." : "");
            problem.Notes.Add($"{columns.Length} features (from 0: {names}) {what}.");
        }
    }
}
