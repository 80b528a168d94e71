using System.Globalization;

namespace Skipper.Shared.Engines.XGBoost;

/// <summary>
/// The training loop: a round, its metric, a report, a look at the token, and the decision to stop early.
/// </summary>
internal sealed class BoostedTraining : IDisposable
{
    private readonly TrainingData _data;
    private readonly IReadOnlyDictionary<string, double> _parameters;
    private readonly int _seed;
    private readonly TrainingWatch _watch;
    private readonly int _rounds;
    private readonly int _patience;
    private readonly DMatrix _train;
    private readonly DMatrix? _validation;

    public BoostedTraining(
        TrainingData data, IReadOnlyDictionary<string, double> parameters, int seed, TrainingWatch watch)
    {
        _data = data;
        _parameters = parameters;
        _seed = seed;
        _watch = watch;
        _rounds = (int)parameters[BoostingParameters.Rounds];
        _patience = (int)parameters[BoostingParameters.EarlyStoppingRounds];

        // Thread-local in the library, so it is said where the work is done.
        XGBoostLibrary.Check(NativeMethods.XGBSetGlobalConfig("""{"verbosity":0}"""));
        _train = new DMatrix(data.Features);
        _validation = data.ValidationFeatures.Rows == 0 ? null : new DMatrix(data.ValidationFeatures);
    }

    /// <summary>Trains the booster of one target and returns its best rounds, saved.</summary>
    public byte[] Train(int target, out int bestIteration, CancellationToken cancellationToken)
    {
        var labels = SinglePrecision.Column(_data.Targets, target);
        _train.SetLabels(labels);
        _validation?.SetLabels(SinglePrecision.Column(_data.ValidationTargets, target));
        using var booster = _validation is null ? Booster.Create(_train) : Booster.Create(_train, _validation);
        BoostingParameters.Apply(booster, _parameters, _seed, labels.Average());

        bestIteration = Boost(booster, target, cancellationToken);
        if (bestIteration + 1 == booster.BoostedRounds)
        {
            return booster.Save();
        }

        using var best = booster.FirstRounds(bestIteration + 1);
        return best.Save();
    }

    public void Dispose()
    {
        _train.Dispose();
        _validation?.Dispose();
    }

    private int Boost(Booster booster, int target, CancellationToken cancellationToken)
    {
        var (best, bestScore) = (0, double.PositiveInfinity);
        for (var round = 0; round < _rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            booster.Update(round, _train);
            var metric = _validation is null
                ? booster.Evaluate(round, _train, "train\0"u8)
                : booster.Evaluate(round, _validation, "validation\0"u8);
            Report(round, target, metric);
            var score = Score(metric);
            if (score < bestScore)
            {
                (best, bestScore) = (round, score);
            }
            else if (_validation is not null && _patience > 0 && round - best >= _patience)
            {
                return best;
            }
        }

        return _validation is not null && _patience > 0 ? best : _rounds - 1;
    }

    private void Report(int round, int target, string metric)
    {
        var done = ((double)target * _rounds) + round + 1;
        var name = metric.AsSpan(metric.IndexOf('\t') + 1).ToString().Replace("-rmse:", " rmse ", StringComparison.Ordinal);
        _watch.Progress(
            100 * done / ((double)_data.Targets.Columns * _rounds),
            $"target {target + 1} of {_data.Targets.Columns}, round {round + 1} of {_rounds}: {name}");
    }

    // A text such as "[9]\tvalidation-rmse:3.21"; a score that is no number never counts as the best.
    private static double Score(string metric) =>
        double.TryParse(metric.AsSpan(metric.LastIndexOf(':') + 1), CultureInfo.InvariantCulture, out var score)
            ? score
            : double.NaN;
}
