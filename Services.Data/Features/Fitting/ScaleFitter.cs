using System.Globalization;
using Skipper.Services.Data.Profiles;
using Skipper.Shared.Engines.Transforms;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Features.Fitting;

/// <summary>
/// Learns center and scale. A constant column becomes 0 everywhere, as in scikit-learn. Median and quartiles are exact up to
/// 8192 values and a sketch's beyond.
/// </summary>
internal sealed class ScaleFitter(string method, int ddof) : IStepFitter
{
    public const string ZScore = "z_score";
    public const string MinMax = "min_max";
    public const string Robust = "robust";

    private const int SketchCapacity = 8192;

    private readonly QuantileSketch? _sketch = method is Robust ? new QuantileSketch(SketchCapacity) : null;
    private Moments _moments = new();

    public void Add(CellValue value)
    {
        _moments.Add(value.Number);
        _sketch?.Add(value.Number);
    }

    public ColumnTransform Finish(string column)
    {
        if (_moments.Count < 2)
        {
            throw MeshException.FailedPrecondition(
                $"{column}: {method} needs at least 2 values in the training part, found {_moments.Count}.");
        }

        var (center, scale) = method switch
        {
            ZScore => (_moments.Mean, _moments.StandardDeviation(ddof)),
            MinMax => (_moments.Minimum, _moments.Maximum - _moments.Minimum),
            _ => (_sketch!.Values.Quantile(0.5), _sketch.Values.Quantile(0.75) - _sketch.Values.Quantile(0.25)),
        };
        return double.IsFinite(center) && double.IsFinite(scale)
            ? new LinearTransform { Method = method, Center = center, Scale = scale > 0 ? scale : 1 }
            : throw MeshException.FailedPrecondition(string.Create(
                CultureInfo.InvariantCulture,
                $"{column} ranges from {_moments.Minimum:R} to {_moments.Maximum:R}, which is too far to scale: use log1p or rescale it."));
    }
}
