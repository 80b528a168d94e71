namespace Skipper.Shared.Engines.Linear;

/// <summary>What a solver found, for one output, in the units of the features.</summary>
internal sealed record LinearFit(double Intercept, double[] Coefficients)
{
    /// <summary>Standard errors where theory gives them: of the intercept, then of each coefficient (NaN = has none).</summary>
    public double[]? StandardErrors { get; init; }

    /// <summary>Rows that count, less unknowns; null where errors are those of maximum likelihood, without a t distribution.</summary>
    public int? DegreesOfFreedom { get; init; }

    /// <summary>Standard deviation of what the line leaves unexplained.</summary>
    public double? ResidualStandardError { get; init; }

    /// <summary>Part of the target's variance that the line explains, on the training rows.</summary>
    public double? RSquared { get; init; }
}

/// <summary>What training has to do, ready for a solver.</summary>
/// <param name="Design">The features.</param>
/// <param name="Ridge">Weight of half the squared coefficients.</param>
/// <param name="Lasso">Weight of the absolute coefficients.</param>
/// <param name="Rounds">Rounds at most, for what has no closed form.</param>
/// <param name="Watch">Is told how it goes.</param>
internal sealed record LinearProblem(Design Design, double Ridge, double Lasso, int Rounds, TrainingWatch Watch)
{
    /// <summary>What a person should know about the data or the solution.</summary>
    public List<string> Notes { get; } = [];

    public bool IsPenalized => Ridge > 0 || Lasso > 0;

    /// <summary>Ridge on the coefficient of a standardized feature.</summary>
    public double RidgeOf(int column) => Ridge * Design.InverseScales[column] * Design.InverseScales[column];

    public void Report(int round, double loss, int target = 0)
    {
        Watch.Metric(new TrainingMetric(target, round, Rounds, "train", "loss", loss / Design.TotalWeight));
        Watch.Progress(
            Math.Min(99, 100.0 * (round + 1) / Rounds),
            FormattableString.Invariant($"round {round + 1} of at most {Rounds}: loss {loss / Design.TotalWeight:G6}"));
    }

    public void NoteUnfinished(double change) => Notes.Add(FormattableString.Invariant(
        $"Stopped after {Rounds} rounds, before the coefficients came to rest (last change {change:G2}); raise rounds or ridge."));
}
