using Microsoft.Extensions.Options;
using Skipper.Services.Serving.Models;
using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Serving.Tests.Lanes;

/// <summary>The same on real threads, while versions are replaced.</summary>
public sealed class LaneStressTests
{
    private const int Callers = 32;
    private const int CallsOfEach = 150;

    [Fact]
    public async Task On_real_threads_with_faults_and_new_versions_nobody_gets_another_callers_result()
    {
        using var catalog = new ModelCatalog(Options.Create(new ServingOptions()));
        var versions = 0;
        void Publish()
        {
            var version = Interlocked.Increment(ref versions);
            catalog.Add(new ServedModel(Samples.Manifest("housing", version, new string('a', 64)), new FaultyModel(version)), published: true);
        }

        Publish();
        var answered = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(catalog, caller, Publish))));

        Assert.True(versions > 20, $"{versions} versions");
        Assert.True(answered.Sum() > Callers * CallsOfEach / 2, $"{answered.Sum()} of {Callers * CallsOfEach} answered");
    }

    private static async Task<int> CallAsync(ModelCatalog catalog, int caller, Action publish)
    {
        var (random, answered) = (new Random(caller), 0);
        for (var call = 0; call < CallsOfEach; call++)
        {
            if (random.Next(100) == 0)
            {
                publish();
            }

            using var giveUp = new CancellationTokenSource();
            var rows = new RowBatch(1 + (random.Next(4) == 0 ? random.Next(40) : 0), 1, random.Next(2) == 0);
            for (var row = 0; row < rows.Count; row++)
            {
                rows.Features.Values[row] = (((caller * CallsOfEach) + call) * 100) + row;
            }

            using var lease = catalog.TryLease(new ModelReference("housing", null))!;
            try
            {
                var task = lease.Model.Lane.ScoreAsync(
                    rows,
                    new PredictionCall { Rows = new NoRows(), RequestId = "test", EachAlone = rows.EachAlone, Redelivered = random.Next(20) == 0 },
                    giveUp.Token);
                if (random.Next(10) == 0)
                {
                    await giveUp.CancelAsync();
                }

                await task;
                answered++;
                Require(rows, lease.Model.Manifest.Version);
            }
            catch (Exception exception) when (exception is ArithmeticException or InvalidDataException
                || (exception is OperationCanceledException && giveUp.IsCancellationRequested))
            {
                // An answer as well: the call's own fault, or nobody waits for it.
            }
        }

        return answered;
    }

    private static void Require(RowBatch rows, int version)
    {
        for (var row = 0; row < rows.Count; row++)
        {
            if (rows.Error(row) is null)
            {
                Assert.Equal(rows.Features[row, 0] + (version / 1000.0), rows.Predictions![row, 0]);
            }
            else
            {
                Assert.Equal(ErrorCode.Internal, rows.Error(row)!.Code);
            }
        }
    }

    /// <summary>Answers x + version / 1000; cannot score some rows, and now and then forgets one or answers one too many.</summary>
    private sealed class FaultyModel(int version) : ITrainedModel
    {
        private volatile bool _disposed;

        public ModelTask Task => ModelTask.Regression;

        public int ClassCount => 0;

        public int FeatureCount => 1;

        public int TargetCount => 1;

        public Matrix Predict(Matrix features)
        {
            // Not one of the faults that callers expect.
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (features.Values.Any(value => value % 97 == 0))
            {
                throw new ArithmeticException("Such a row cannot be scored.");
            }

            var answers = features.Values.Select(value => value + (version / 1000.0)).ToList();
            switch (Random.Shared.Next(50))
            {
                case 0:
                    answers.RemoveAt(0);
                    break;
                case 1:
                    answers.Insert(0, 0);
                    break;
            }

            ObjectDisposedException.ThrowIf(_disposed, this);
            return new Matrix(answers.Count, 1, [.. answers]);
        }

        public double[] Importance() => [1];

        public void Dispose() => _disposed = true;
    }
}
