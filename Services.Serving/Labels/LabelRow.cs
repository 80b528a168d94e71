namespace Skipper.Services.Serving.Labels;

/// <summary>What came true for one target of one row, and how far the prediction was off; metrics that make no sense are null.</summary>
internal sealed record LabelRow
{
    public string RequestId { get; init; } = "";

    public int RowNumber { get; init; }

    public string Target { get; init; } = "";

    public string Model { get; init; } = "";

    public int Version { get; init; }

    /// <summary>JSON: a number or a text.</summary>
    public string Label { get; init; } = "";

    /// <summary>Prediction minus label, in the target's unit.</summary>
    public double? Error { get; init; }

    /// <summary>1 = the most probable class came true, 0 = it did not.</summary>
    public int? IsRight { get; init; }

    /// <summary>-ln of the probability of what came true.</summary>
    public double? LogLoss { get; init; }

    /// <summary>Squared error of the probabilities, summed over classes.</summary>
    public double? Brier { get; init; }

    public DateTimeOffset PredictedAt { get; init; }
}
