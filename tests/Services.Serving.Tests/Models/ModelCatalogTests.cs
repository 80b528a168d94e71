using Microsoft.Extensions.Options;
using Skipper.Services.Serving.Models;
using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Engines;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Serving.Tests.Models;

public sealed class ModelCatalogTests : IDisposable
{
    private readonly ModelCatalog _catalog = new(Options.Create(new ServingOptions { KeptVersions = 2 }));

    public void Dispose() => _catalog.Dispose();

    [Fact]
    public void The_newest_version_answers_and_older_ones_stay_for_those_who_name_them()
    {
        Add(1);
        Add(2);

        Assert.Equal(2, Version("housing", null));
        Assert.Equal(1, Version("housing", 1));
        Assert.Equal(2, Version("housing", 2));
        Assert.Null(Version("housing", 3));
        Assert.Null(Version("weather", null));
        Assert.Equal(["housing"], _catalog.Names);
    }

    [Fact]
    public void A_version_that_comes_late_does_not_replace_a_newer_one()
    {
        Add(2);
        Add(1);

        Assert.Equal(2, Version("housing", null));
    }

    [Fact]
    public void A_version_loaded_for_those_who_name_it_does_not_answer_others()
    {
        Add(1);
        Add(7, published: false);

        Assert.Equal(1, Version("housing", null));
        Assert.Equal(7, Version("housing", 7));
    }

    [Fact]
    public void Older_versions_beyond_the_bound_are_freed_least_recently_used_first()
    {
        var models = Enumerable.Range(1, 3).Select(version => Add(version)).ToArray();
        _catalog.TryLease(new ModelReference("housing", 1))!.Dispose();

        Add(4);

        Assert.Equal([1, 3, 4], Enumerable.Range(1, 4).Where(version => Version("housing", version) is not null));
        Assert.Equal([false, true, false], models.Select(model => model.IsDisposed));
    }

    [Fact]
    public void A_version_in_use_is_freed_only_when_its_last_prediction_ended()
    {
        // Given two predictions with version 1
        var first = Add(1);
        var leases = new[] { _catalog.TryLease(new("housing", null))!, _catalog.TryLease(new("housing", 1))! };

        // When it is displaced
        Add(2);
        Add(3);
        Add(4);

        // Then
        Assert.Null(Version("housing", 1));
        Assert.False(first.IsDisposed);
        leases[0].Dispose();
        leases[0].Dispose();
        Assert.False(first.IsDisposed);
        leases[1].Dispose();
        Assert.True(first.IsDisposed);
    }

    [Fact]
    public void The_same_version_with_another_file_replaces_the_first()
    {
        var first = Add(1);
        var second = Add(1);

        Assert.Equal(1, Version("housing", null));
        Assert.True(first.IsDisposed);
        Assert.False(second.IsDisposed);
    }

    [Fact]
    public void A_closed_catalog_has_freed_everything()
    {
        var models = new[] { Add(1), Add(2) };

        _catalog.Dispose();

        Assert.All(models, model => Assert.True(model.IsDisposed));
        Assert.Null(Version("housing", null));
    }

    [Fact]
    public async Task Swaps_under_load_drop_no_request_and_free_no_model_in_use()
    {
        Add(1);
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(() => PredictAsync(stop.Token))).ToArray();

        for (var version = 2; version <= 500; version++)
        {
            Add(version);
        }

        await stop.CancelAsync();
        Assert.All(await Task.WhenAll(readers), count => Assert.True(count > 0));
    }

    // A disposed model throws, a missing one is null: both would fail the test.
    private async Task<int> PredictAsync(CancellationToken stop)
    {
        var count = 0;
        var call = new PredictionCall { Rows = new JsonRows([]), RequestId = "swaps" };
        do
        {
            using var lease = _catalog.TryLease(new ModelReference("housing", null));
            Assert.NotNull(lease);
            var rows = new RowBatch(1, 1, eachAlone: false);
            await lease.Model.Lane.ScoreAsync(rows, call, CancellationToken.None);
            Assert.Equal(lease.Model.Manifest.Version, rows.Predictions![0, 0]);
            count++;
        }
        while (!stop.IsCancellationRequested);

        return count;
    }

    private TrackedModel Add(int version, bool published = true)
    {
        var model = new TrackedModel(version);
        var manifest = Samples.Manifest("housing", version, new string('a', 64));
        _catalog.Add(new ServedModel(manifest, model), published);
        return model;
    }

    private int? Version(string name, int? version)
    {
        using var lease = _catalog.TryLease(new ModelReference(name, version));
        return lease?.Model.Manifest.Version;
    }

    /// <summary>Predicts its version, and knows whether it was disposed.</summary>
    private sealed class TrackedModel(int version) : ITrainedModel
    {
        private volatile bool _disposed;

        public bool IsDisposed => _disposed;

        public ModelTask Task => ModelTask.Regression;

        public int ClassCount => 0;

        public int FeatureCount => 1;

        public int TargetCount => 1;

        public Matrix Predict(Matrix features)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return new Matrix(1, 1, [version]);
        }

        public double[] Importance() => [1];

        public void Dispose() => _disposed = true;
    }
}
