using System.Globalization;

namespace Skipper.Shared.Engines.XGBoost;

/// <summary>The training loop: a round, its metric, a report, a look at the token, and the decision to stop early.</summary>
internal sealed class BoostedTraining(
    TrainingData data, IReadOnlyDictionary<string, double> parameters, int seed, Action<double, string> progress)
{
    private readonly int _rounds = (int)parameters[BoostingParameters.Rounds];

    private readonly int _patience = (int)parameters[BoostingParameters.EarlyStoppingRounds];

    /// <summary>Trains the booster of one target and returns its best rounds, saved.</summary>
    public byte[] Train(int target, out int bestIteration, CancellationToken cancellationToken)
    {
        // Thread-local in the library, so it is said where the work is done.
        XGBoostLibrary.Check(NativeMethods.XGBSetGlobalConfig("""{"verbosity":0}"""));
        var labels = SinglePrecision.Column(data.Targets, target);
        using var train = new DMatrix(
            SinglePrecision.All(data.Features), data.Features.Rows, data.Features.Columns, labels);
        using var validation = CreateValidation(target);
        using var booster = validation is null ? Booster.Create(train) : Booster.Create(train, validation);
        BoostingParameters.Apply(booster, parameters, seed, labels.Average());

        bestIteration = Boost(booster, train, validation, target, cancellationToken);
        if (bestIteration + 1 == booster.BoostedRounds)
        {
            return booster.Save();
        }

        using var best = booster.FirstRounds(bestIteration + 1);
        return best.Save();
    }

    private DMatrix? CreateValidation(int target) => data.ValidationFeatures.Rows == 0
        ? null
        : new DMatrix(
            SinglePrecision.All(data.ValidationFeatures),
            data.ValidationFeatures.Rows,
            data.ValidationFeatures.Columns,
            SinglePrecision.Column(data.ValidationTargets, target));

    private int Boost(
        Booster booster, DMatrix train, DMatrix? validation, int target, CancellationToken cancellationToken)
    {
        var (best, bestScore) = (0, double.PositiveInfinity);
        for (var round = 0; round < _rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            booster.Update(round, train);
            var metric = validation is null
                ? booster.Evaluate(round, train, "train\0"u8)
                : booster.Evaluate(round, validation, "validation\0"u8);
            Report(round, target, metric);
            var score = Score(metric);
            if (score < bestScore)
            {
                (best, bestScore) = (round, score);
            }
            else if (validation is not null && _patience > 0 && round - best >= _patience)
            {
                return best;
            }
        }

        return validation is not null && _patience > 0 ? best : _rounds - 1;
    }

    private void Report(int round, int target, string metric)
    {
        var done = ((double)target * _rounds) + round + 1;
        var name = metric.AsSpan(metric.IndexOf('\t') + 1).ToString().Replace("-rmse:", " rmse ", StringComparison.Ordinal);
        progress(
            100 * done / ((double)data.Targets.Columns * _rounds),
            $"target {target + 1} of {data.Targets.Columns}, round {round + 1} of {_rounds}: {name}");
    }

    // A text such as "[9]\tvalidation-rmse:3.21"; a score that is no number never counts as the best.
    private static double Score(string metric) =>
        double.TryParse(metric.AsSpan(metric.LastIndexOf(':') + 1), CultureInfo.InvariantCulture, out var score)
            ? score
            : double.NaN;
}
