using System.Buffers;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.XGBoost;

/// <summary>Boosted trees, one booster per target.</summary>
internal sealed class XGBoostModel : ITrainedModel
{
    private readonly IReadOnlyList<Booster> _boosters;

    private XGBoostModel(int features, IReadOnlyList<Booster> boosters)
    {
        FeatureCount = features;
        _boosters = boosters;
    }

    public ModelTask Task => ModelTask.Regression;

    public int ClassCount => 0;

    public int FeatureCount { get; }

    public int TargetCount => _boosters.Count;

    /// <exception cref="InvalidDataException">Not such a model, or made by a newer library.</exception>
    public static XGBoostModel Load(ReadOnlyMemory<byte> file, Version library)
    {
        var header = XGBoostModelFile.Unpack(file, out var parts);
        RequireReadable(header, library);
        var boosters = new List<Booster>(parts.Count);
        try
        {
            foreach (var part in parts)
            {
                boosters.Add(Booster.Load(part.Span));
                Prepare(boosters[^1], header.Features);
            }

            return new XGBoostModel(header.Features, boosters);
        }
        catch (Exception exception)
        {
            boosters.ForEach(booster => booster.Dispose());
            if (exception is XGBoostException)
            {
                throw new InvalidDataException($"The xgboost model cannot be loaded: {exception.Message}", exception);
            }

            throw;
        }
    }

    public Matrix Predict(Matrix features)
    {
        FeatureCheck.Require(features, FeatureCount);
        var predictions = new double[features.Rows * TargetCount];
        if (features.Rows == 0)
        {
            return new Matrix(0, TargetCount, predictions);
        }

        var buffer = ArrayPool<float>.Shared.Rent(features.Values.Length);
        try
        {
            SinglePrecision.Copy(features, buffer);
            for (var target = 0; target < TargetCount; target++)
            {
                _boosters[target].Predict(
                    buffer, features.Rows, features.Columns, predictions.AsSpan(target), TargetCount);
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(buffer);
        }

        return new Matrix(features.Rows, TargetCount, predictions);
    }

    // Filled by the reader of trees.
    public double[] Importance() => new double[FeatureCount];

    public void Dispose()
    {
        foreach (var booster in _boosters)
        {
            booster.Dispose();
        }
    }

    // The library reads newer files without an error and predicts wrongly (from 3.1 on, base_score is written in a way
    // that 1.7 takes for 0.5).
    private static void RequireReadable(XGBoostModelFile header, Version library)
    {
        if (!Version.TryParse(header.EngineVersion, out var made))
        {
            throw new InvalidDataException($"'{header.EngineVersion}' is not a version of libxgboost.");
        }

        if ((made.Major, made.Minor).CompareTo((library.Major, library.Minor)) > 0)
        {
            throw new InvalidDataException(
                $"The model was made by libxgboost {made}, this machine has {library}; "
                + "install the same or a newer version, or train the model again here.");
        }
    }

    // Parameters may not be set while another thread predicts, and the first prediction configures the booster:
    // both happen here, before anybody else can see it. More threads cost more than they save on small batches.
    private static void Prepare(Booster booster, int features)
    {
        booster.Set("nthread", "1");
        if (booster.FeatureCount != features)
        {
            throw new InvalidDataException(
                $"The header of the xgboost model file says {features} features, the booster has {booster.FeatureCount}.");
        }

        booster.Predict(new float[features], 1, features, new double[1], 1);
    }
}
