using System.Globalization;
using Skipper.Services.Data.Profiles;
using Skipper.Shared.Engines.Transforms;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Features.Fitting;

/// <summary>Learns what a missing value becomes.</summary>
internal sealed class ImputeFitter(string strategy, bool isText) : IStepFitter
{
    public const string Mean = "mean";
    public const string Median = "median";
    public const string MostFrequent = "most_frequent";
    public const string Constant = "constant";

    private const int SketchCapacity = 8192;

    private readonly QuantileSketch _sketch = new(SketchCapacity);
    private readonly CategoryCounts _counts = new();
    private Moments _moments = new();

    public void Add(CellValue value)
    {
        if (value.IsMissing)
        {
            return;
        }

        switch (strategy)
        {
            case Mean:
                _moments.Add(value.Number);
                break;
            case Median:
                _sketch.Add(value.Number);
                break;
            default:
                _counts.Add(value.Text ?? value.Number.ToString("R", CultureInfo.InvariantCulture));
                break;
        }
    }

    public ColumnTransform Finish(string column)
    {
        if (_moments.Count + _sketch.Count + _counts.Count == 0)
        {
            throw MeshException.FailedPrecondition(
                $"{column} has no value in the training part to fill holes with: use the strategy {Constant}, or leave it out.");
        }

        return strategy switch
        {
            Mean => new ImputeTransform { Number = _moments.Mean },
            Median => new ImputeTransform { Number = _sketch.Values.Quantile(0.5) },
            _ when isText => new ImputeTransform { Text = Frequent().Min(StringComparer.Ordinal) },
            _ => new ImputeTransform { Number = Frequent().Min(text => double.Parse(text, CultureInfo.InvariantCulture)) },
        };
    }

    /// <summary>The values that occur most; of several the first in order is taken, as scikit-learn does.</summary>
    private IEnumerable<string> Frequent()
    {
        var most = _counts.Counts.Values.Max();
        return _counts.Counts.Where(entry => entry.Value == most).Select(entry => entry.Key);
    }
}
