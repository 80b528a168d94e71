using System.ComponentModel.DataAnnotations;

namespace Skipper.Services.Serving.StoredPredictions;

/// <summary>Which predictions are kept, and how long.</summary>
public sealed class StoredPredictionOptions
{
    public const string Section = "Skipper:Serving:Predictions";

    /// <summary>
    /// Share of all rows that the prediction log takes, 0 to 1. Rows may be about people, so nothing is taken unless it is asked for.
    /// Default: 0.
    /// </summary>
    [Range(0.0, 1.0, ErrorMessage = "Skipper:Serving:Predictions:LoggedShare must be between 0 and 1")]
    public double LoggedShare { get; set; }

    /// <summary>How long the rows of the log are kept, with their labels; 0 = forever. Days. Default: 30.</summary>
    [Range(0, 36_500, ErrorMessage = "Skipper:Serving:Predictions:LogDays must be between 0 and 36500")]
    public double LogDays { get; set; } = 30;

    /// <summary>How long predictions that were asked to be stored are kept, with their labels; 0 = forever. Days. Default: 365.</summary>
    [Range(0, 36_500, ErrorMessage = "Skipper:Serving:Predictions:StoredDays must be between 0 and 36500")]
    public double StoredDays { get; set; } = 365;
}
