using System.Globalization;

namespace Skipper.Shared.Engines.XGBoost;

/// <summary>
/// The training loop: a round, its metrics, a report, a look at the token, and the decision to stop early.
/// </summary>
internal sealed class BoostedTraining : IDisposable
{
    /// <summary>
    /// After so many rounds the booster is saved and loaded again, always, whether or not anybody keeps the bytes: what a
    /// booster knows beyond its trees (random numbers, sums cached for the rows) would make a resumed training another one.
    /// </summary>
    public const int SegmentRounds = 25;

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

        // Thread-local in the library, so it is said where the work is done.
        XGBoostLibrary.Check(NativeMethods.XGBSetGlobalConfig("""{"verbosity":0}"""));
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
        var baseScore = BaseScore.Of(_data, labels);
        while (true)
        {
            using var booster = _validation is null ? Booster.Create(_train) : Booster.Create(_train, _validation);
            if (!state.Booster.IsEmpty)
            {
                booster.Restore(state.Booster.Span);
            }

            BoostingParameters.Apply(booster, _data, _parameters, _seed, baseScore);
            var isFinished = Boost(booster, target, ref state, cancellationToken);
            if (!isFinished)
            {
                state = state with { Booster = booster.Save() };
                Save(state);
                continue;
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
    }

    /// <summary>Adds rounds up to the end of the segment; true where they were the last.</summary>
    private bool Boost(Booster booster, int target, ref BoostingState state, CancellationToken cancellationToken)
    {
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            var round = state.Round;
            booster.Update(round, _train);
            var score = Report(round, target, booster.Evaluate(round, _train, _validation));
            state = state.After(score);
            if (state.Round == _rounds || (StopsEarly && round - state.Best >= _patience))
            {
                return true;
            }
        }
        while (state.Round % SegmentRounds != 0);
        return false;
    }

    private void Save(BoostingState state) => _watch.SaveCheckpoint?.Invoke(new BoostingCheckpoint
    {
        Training = _training,
        BestIterations = [.. _bestIterations],
        Round = state.Round,
        Best = state.Best,
        BestScoreBits = BitConverter.DoubleToInt64Bits(state.BestScore),
    }.Pack([.. _finished, state.Booster]));

    /// <summary>Tells everybody, and returns the score to be made small: of the validation part where there is one.</summary>
    private double Report(int round, int target, string metrics)
    {
        var name = BoostingParameters.Metric(_data.Task);
        var texts = new List<string>();
        var value = double.NaN;

        // A text such as "[9]\ttrain-rmse:3.11\tvalidation-rmse:3.21"; what is no number never counts as the best.
        foreach (var part in metrics.Split('\t').Skip(1))
        {
            var colon = part.LastIndexOf(':');
            var partName = part[..part.IndexOf('-', StringComparison.Ordinal)];
            value = double.TryParse(part.AsSpan(colon + 1), CultureInfo.InvariantCulture, out var parsed) ? parsed : double.NaN;
            texts.Add(string.Create(CultureInfo.InvariantCulture, $"{partName} {name} {value}"));
            _watch.Metric(new TrainingMetric(target, round, _rounds, partName, name, value));
        }

        var done = ((double)target * _rounds) + round + 1;
        _watch.Progress(
            100 * done / ((double)_data.Targets.Columns * _rounds),
            $"target {target + 1} of {_data.Targets.Columns}, round {round + 1} of {_rounds}: {texts[^1]}");
        return _data.Task == ModelTask.Ranking ? -value : value;
    }
}

/// <summary>How far the booster of one target is.</summary>
/// <param name="Round">The next round, from 0.</param>
/// <param name="Best">The round with the best score so far.</param>
/// <param name="BestScore">Its score; less is better.</param>
/// <param name="Booster">Its trees up to the segment's beginning; empty before the first.</param>
internal readonly record struct BoostingState(int Round, int Best, double BestScore, ReadOnlyMemory<byte> Booster)
{
    public static BoostingState Start { get; } = new(0, 0, double.PositiveInfinity, default);

    public BoostingState After(double score) => score < BestScore
        ? this with { Round = Round + 1, Best = Round, BestScore = score }
        : this with { Round = Round + 1 };
}
