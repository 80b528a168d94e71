namespace Skipper.Shared.Engines;

/// <summary>A model whose numbers a person can read: lines.</summary>
public interface ICoefficientModel : ITrainedModel
{
    /// <summary>One per column of <see cref="IExplainedModel.Margins"/>: a target, the log odds of class 1, or a class.</summary>
    IReadOnlyList<CoefficientTable> Coefficients { get; }

    /// <summary>What a person should know about the training: constant and dependent features, an unfinished solution.</summary>
    IReadOnlyList<string> Notes { get; }
}

/// <summary>A line, and how well the training rows determine it.</summary>
/// <param name="Intercept">The value where all features are 0.</param>
/// <param name="Features">One per feature.</param>
/// <param name="DegreesOfFreedom">Rows less unknowns, for least squares without a penalty.</param>
/// <param name="ResidualStandardError">Standard deviation of what is left unexplained, in the target's unit.</param>
/// <param name="RSquared">Part of the target's variance that is explained on the training rows.</param>
public sealed record CoefficientTable(
    Coefficient Intercept,
    IReadOnlyList<Coefficient> Features,
    int? DegreesOfFreedom,
    double? ResidualStandardError,
    double? RSquared);

/// <summary>
/// One coefficient. What follows the estimate exists only without penalties, for features that are neither constant nor
/// dependent on others. For several classes the scores add up to 0 over the classes, and errors are those of that choice.
/// </summary>
/// <param name="Estimate">Change of the prediction, or of the log odds, for 1 more of the feature.</param>
/// <param name="StandardError">
/// Least squares: s * sqrt of the diagonal of (XᵀWX)⁻¹; classes: sqrt of the diagonal of the inverse Fisher information.
/// </param>
/// <param name="Statistic">Estimate / standard error: t for least squares, Wald's z for classes.</param>
/// <param name="PValue">Chance of a statistic at least as far from 0, were the coefficient 0 (two-sided).</param>
public sealed record Coefficient(double Estimate, double? StandardError, double? Statistic, double? PValue);
