using System.Globalization;

namespace Skipper.Shared.Engines.XGBoost;

/// <summary>
/// The training loop: a round, its metrics, a report, a look at the token, and the decision to stop early.
/// </summary>
internal sealed class BoostedTraining : IDisposable
{
    /// <summary>
    /// After so many rounds a checkpoint may be made, and always, whether or not one is made, the booster forgets what a
    /// loaded one would not know: otherwise a resumed training would become another one.
    /// </summary>
    public const int SegmentRounds = 25;

    // The training part is the larger one, and its metric decides nothing where there is another.
    private const int TrainMetricRounds = 5;

    private readonly TrainingData _data;
    private readonly IReadOnlyDictionary<string, double> _parameters;
    private readonly int _seed;
    private readonly TrainingWatch _watch;
    private readonly string _training;
    private readonly int _rounds;
    private readonly int _patience;
    private readonly DMatrix _train;
    private readonly DMatrix? _validation;
    private readonly List<ReadOnlyMemory<byte>> _finished = [];
    private readonly List<int> _bestIterations = [];

    public BoostedTraining(
        TrainingData data, IReadOnlyDictionary<string, double> parameters, int seed, TrainingWatch watch)
    {
        _data = data;
        _parameters = parameters;
        _seed = seed;
        _watch = watch;
        _training = watch.SaveCheckpoint is null && watch.Checkpoint.IsEmpty
            ? ""
            : BoostingCheckpoint.Identify(data, parameters, seed, XGBoostLibrary.Version.ToString(3));
        _rounds = (int)parameters[BoostingParameters.Rounds];
        _patience = (int)parameters[BoostingParameters.EarlyStoppingRounds];

        XGBoostLibrary.Silence();
        _train = new DMatrix(data.Features, data.Weights, data.Groups);
        _validation = data.ValidationFeatures.Rows == 0
            ? null
            : new DMatrix(data.ValidationFeatures, data.ValidationWeights, data.ValidationGroups);
    }

    private bool StopsEarly => _validation is not null && _patience > 0;

    /// <summary>Trains one booster for each target, and returns the file of all.</summary>
    public byte[] Train(string engineVersion, CancellationToken cancellationToken)
    {
        var start = Resume();
        for (var target = _finished.Count; target < _data.Targets.Columns; target++)
        {
            _finished.Add(Train(target, start, cancellationToken));
            start = BoostingState.Start;
        }

        return new XGBoostModelFile
        {
            EngineVersion = engineVersion,
            Task = _data.Task.Name(),
            Classes = _data.ClassCount,
            Features = _data.Features.Columns,
            Targets = _data.Targets.Columns,
            BestIterations = [.. _bestIterations],
        }.Pack(_finished);
    }

    public void Dispose()
    {
        _train.Dispose();
        _validation?.Dispose();
    }

    private BoostingState Resume()
    {
        if (_watch.Checkpoint.IsEmpty)
        {
            return BoostingState.Start;
        }

        var checkpoint = BoostingCheckpoint.Unpack(_watch.Checkpoint, _training, out var boosters);
        _finished.AddRange(boosters.SkipLast(1));
        _bestIterations.AddRange(checkpoint.BestIterations);
        return new BoostingState(
            checkpoint.Round, checkpoint.Best, BitConverter.Int64BitsToDouble(checkpoint.BestScoreBits), boosters[^1]);
    }

    /// <summary>Trains the booster of one target, segment by segment, and returns its best rounds.</summary>
    private byte[] Train(int target, BoostingState state, CancellationToken cancellationToken)
    {
        var labels = SinglePrecision.Column(_data.Targets, target);
        _train.SetLabels(labels);
        _validation?.SetLabels(SinglePrecision.Column(_data.ValidationTargets, target));
        using var booster = _validation is null ? Booster.Create(_train) : Booster.Create(_train, _validation);
        if (!state.Booster.IsEmpty)
        {
            booster.Restore(state.Booster.Span);
        }

        var baseScore = BaseScore.Of(_data, labels);
        BoostingParameters.Apply(booster, _data, _parameters, _seed, baseScore);
        var saved = state.Round;
        while (!Boost(booster, target, ref state, cancellationToken))
        {
            if (state.Round - saved >= _watch.CheckpointRounds)
            {
                Save(booster, state);
                saved = state.Round;
            }

            BoostingParameters.Forget(booster);
            BoostingParameters.Apply(booster, _data, _parameters, _seed, baseScore);
        }

        var last = StopsEarly ? state.Best : state.Round - 1;
        _bestIterations.Add(last);
        if (last + 1 == state.Round)
        {
            return booster.Save();
        }

        using var best = booster.FirstRounds(last + 1);
        return best.Save();
    }

    /// <summary>Adds rounds up to the end of the segment; true where they were the last.</summary>
    private bool Boost(Booster booster, int target, ref BoostingState state, CancellationToken cancellationToken)
    {
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            var round = state.Round;
            booster.Update(round, _train);
            var train = _validation is null || round % TrainMetricRounds == 0 ? _train : null;
            state = state.After(Report(round, target, booster.Evaluate(round, train, _validation)));
            if (state.Round == _rounds || (StopsEarly && round - state.Best >= _patience))
            {
                return true;
            }
        }
        while (state.Round % SegmentRounds != 0);
        return false;
    }

    private void Save(Booster booster, BoostingState state) => _watch.SaveCheckpoint?.Invoke(new BoostingCheckpoint
    {
        Training = _training,
        BestIterations = [.. _bestIterations],
        Round = state.Round,
        Best = state.Best,
        BestScoreBits = BitConverter.DoubleToInt64Bits(state.BestScore),
    }.Pack([.. _finished, booster.Save()]));

    /// <summary>Tells everybody, and returns the score to be made small: of the validation part where there is one.</summary>
    private double Report(int round, int target, string metrics)
    {
        var name = BoostingParameters.Metric(_data.Task);
        var parts = RoundMetrics.Parse(metrics);
        foreach (var (part, number) in parts)
        {
            _watch.Metric(new TrainingMetric(target, round, _rounds, part, name, number));
        }

        var (last, value) = parts[^1];
        var done = ((double)target * _rounds) + round + 1;
        _watch.Progress(
            100 * done / ((double)_data.Targets.Columns * _rounds),
            string.Create(
                CultureInfo.InvariantCulture,
                $"target {target + 1} of {_data.Targets.Columns}, round {round + 1} of {_rounds}: {last} {name} {value}"));
        return _data.Task == ModelTask.Ranking ? -value : value;
    }
}
