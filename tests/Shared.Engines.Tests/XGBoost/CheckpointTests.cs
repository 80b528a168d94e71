using Skipper.Shared.Engines.XGBoost;

namespace Skipper.Shared.Engines.Tests.XGBoost;

public sealed class CheckpointTests
{
    // Everything that draws random numbers, so that a resumed training would differ if it drew others.
    private static readonly Dictionary<string, double> Random = new()
    {
        ["rounds"] = 2 * BoostedTraining.SegmentRounds + 5,
        ["subsample"] = 0.6,
        ["colsample_bytree"] = 0.5,
        ["early_stopping_rounds"] = 1000,
    };

    [Fact]
    public void A_training_resumed_from_any_checkpoint_gives_the_same_bytes()
    {
        var engine = NeedsXGBoost.OrSkip();
        var data = Data.Nonlinear(200);
        var checkpoints = new List<byte[]>();

        var whole = Train(engine, data, new TrainingWatch { SaveCheckpoint = checkpoints.Add });

        Assert.Equal(4, checkpoints.Count);
        Assert.Equal(whole, Train(engine, data, TrainingWatch.None));
        foreach (var checkpoint in checkpoints)
        {
            Assert.Equal(whole, Train(engine, data, new TrainingWatch { Checkpoint = checkpoint }));
        }
    }

    [Fact]
    public void Fewer_checkpoints_give_the_same_bytes()
    {
        var engine = NeedsXGBoost.OrSkip();
        var data = Data.Nonlinear(200);
        var checkpoints = 0;
        var watch = new TrainingWatch
        {
            SaveCheckpoint = _ => checkpoints++,
            CheckpointRounds = BoostedTraining.SegmentRounds + 1,
        };

        Assert.Equal(Train(engine, data, TrainingWatch.None), Train(engine, data, watch));
        Assert.Equal(2, checkpoints);
    }

    [Fact]
    public void A_training_stopped_in_the_middle_goes_on_with_the_round_after_its_checkpoint()
    {
        // Given a training that dies in round 30 of the second target
        var engine = NeedsXGBoost.OrSkip();
        var data = Data.Nonlinear(200);
        byte[] last = [];
        Assert.Throws<TimeoutException>(() => Train(engine, data, new TrainingWatch
        {
            SaveCheckpoint = bytes => last = bytes,
            Metric = metric =>
            {
                if (metric is { Target: 1, Round: 30 })
                {
                    throw new TimeoutException();
                }
            },
        }));

        // When it is started again
        var metrics = new List<TrainingMetric>();
        var resumed = Train(engine, data, new TrainingWatch { Checkpoint = last, Metric = metrics.Add });

        // Then
        Assert.Equal((1, BoostedTraining.SegmentRounds, "train"), (metrics[0].Target, metrics[0].Round, metrics[0].Part));
        Assert.Equal(Train(engine, data, TrainingWatch.None), resumed);
    }

    [Fact]
    public void Early_stopping_remembers_the_best_round_over_a_checkpoint()
    {
        var engine = NeedsXGBoost.OrSkip();
        var (features, noise) = (Data.NonlinearRows(200, 1).Features, Data.NonlinearRows(200, 2).Features);
        var (validation, otherNoise) = (Data.NonlinearRows(100, 3).Features, Data.NonlinearRows(100, 4).Features);
        var data = new TrainingData(features, noise, validation, otherNoise);
        var parameters = EngineCatalog.Complete(engine, new Dictionary<string, double> { ["early_stopping_rounds"] = 40, ["eta"] = 0.3 });
        var checkpoints = new List<byte[]>();

        var whole = engine.Train(
            data, parameters, 1, new TrainingWatch { SaveCheckpoint = checkpoints.Add }, TestContext.Current.CancellationToken);

        Assert.NotEmpty(checkpoints);
        Assert.All(XGBoostModelFile.Unpack(whole, out _).BestIterations, best => Assert.True(best < BoostedTraining.SegmentRounds));
        Assert.All(checkpoints, checkpoint => Assert.Equal(whole, engine.Train(
            data, parameters, 1, new TrainingWatch { Checkpoint = checkpoint }, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public void A_checkpoint_of_another_training_is_refused()
    {
        var engine = NeedsXGBoost.OrSkip();
        var data = Data.Nonlinear(200);
        byte[] checkpoint = [];
        Train(engine, data, new TrainingWatch { SaveCheckpoint = bytes => checkpoint = bytes });
        var watch = new TrainingWatch { Checkpoint = checkpoint };
        var other = Data.Nonlinear(200);
        other.Features.Values[7] += 1e-9;

        Assert.Throws<InvalidDataException>(() => Train(engine, other, watch));
        Assert.Throws<InvalidDataException>(() => Train(engine, data, watch, seed: 2));
        Assert.Throws<InvalidDataException>(() => engine.Train(
            data, EngineCatalog.Complete(engine, null), 1, watch, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_checkpoint_cut_anywhere_is_refused()
    {
        var header = new BoostingCheckpoint
        {
            Training = "t",
            BestIterations = [],
            Round = 25,
            Best = 3,
            BestScoreBits = BitConverter.DoubleToInt64Bits(double.PositiveInfinity),
        };
        var file = header.Pack([new byte[] { 1, 2, 3 }]);

        var read = BoostingCheckpoint.Unpack(file, "t", out var boosters);
        Assert.Equal((25, 3, header.BestScoreBits), (read.Round, read.Best, read.BestScoreBits));
        Assert.Equal([1, 2, 3], Assert.Single(boosters).ToArray());
        for (var length = 0; length < file.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => BoostingCheckpoint.Unpack(file.AsMemory(0, length), "t", out _));
        }
    }

    private static byte[] Train(XGBoostEngine engine, TrainingData data, TrainingWatch watch, int seed = 1) => engine.Train(
        data, EngineCatalog.Complete(engine, Random), seed, watch, TestContext.Current.CancellationToken);
}
