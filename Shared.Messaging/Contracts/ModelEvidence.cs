namespace Skipper.Shared.Messaging.Contracts;

/// <summary>What a version was like when it was made: what drift is measured against, and what its card shows.</summary>
public sealed record ModelEvidence
{
    /// <summary>Rows of the training part.</summary>
    public required int RowCount { get; init; }

    /// <summary>The inputs in the training part, each in its own unit.</summary>
    public required IReadOnlyList<ReferenceDistribution> Inputs { get; init; }

    /// <summary>The predictions for the training part, by output.</summary>
    public required IReadOnlyList<ReferenceDistribution> Predictions { get; init; }

    /// <summary>How much each input matters, as a share of all, the most important first; absent = the engine cannot say.</summary>
    public IReadOnlyList<InputImportance>? Importance { get; init; }

    /// <summary>Of a regression: predicted and true values of at most 200 rows of the test part, by target.</summary>
    public IReadOnlyList<ResidualSample>? Residuals { get; init; }

    /// <summary>Of a classification: how often what was predicted came true in the test part, by class.</summary>
    public IReadOnlyList<CalibrationCurve>? Calibration { get; init; }
}

/// <summary>How values were distributed.</summary>
public sealed record ReferenceDistribution
{
    /// <summary>Name of the input or output.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Ascending; bin i holds values above edge i and up to edge i + 1, the first also its lower edge: where the first edge is there twice,
    /// the first bin holds that value alone.
    /// </summary>
    public required IReadOnlyList<double> Edges { get; init; }

    /// <summary>Values in each bin, one less than there are edges.</summary>
    public required IReadOnlyList<long> Counts { get; init; }

    /// <summary>Share of rows without a value, 0 to 1.</summary>
    public double MissingShare { get; init; }
}

/// <summary>How much an input matters.</summary>
/// <param name="Name">The input.</param>
/// <param name="Share">0 to 1; all add up to 1.</param>
public sealed record InputImportance(string Name, double Share);

/// <summary>Predictions beside the truth.</summary>
/// <param name="Target">The target.</param>
/// <param name="Predicted">Predicted values, in the target's unit.</param>
/// <param name="Actual">True values of the same rows.</param>
public sealed record ResidualSample(string Target, IReadOnlyList<double> Predicted, IReadOnlyList<double> Actual);

/// <summary>Predicted probabilities beside what happened.</summary>
/// <param name="Class">The class.</param>
/// <param name="Bins">By predicted probability, ascending; bins without rows are left out.</param>
public sealed record CalibrationCurve(string Class, IReadOnlyList<CalibrationBin> Bins);

/// <summary>Rows with about the same predicted probability.</summary>
/// <param name="Predicted">Mean predicted probability.</param>
/// <param name="Observed">Share of the rows that were of the class.</param>
/// <param name="Count">Number of rows.</param>
public sealed record CalibrationBin(double Predicted, double Observed, int Count);
