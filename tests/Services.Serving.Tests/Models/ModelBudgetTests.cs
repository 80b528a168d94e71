using Microsoft.Extensions.Options;
using Skipper.Services.Serving.Models;
using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Serving.Tests.Models;

/// <summary>Many models in 10 MB.</summary>
public sealed class ModelBudgetTests : IDisposable
{
    private readonly ModelCatalog _catalog = new(Options.Create(new ServingOptions { MemoryMegabytes = 10, KeptVersions = 5 }));
    private readonly List<string> _freed = [];

    public void Dispose() => _catalog.Dispose();

    [Fact]
    public void Older_versions_go_first_then_the_models_that_were_not_used_for_the_longest_time()
    {
        Add("a", 1, megabytes: 3);
        Add("a", 2, megabytes: 3);
        Add("b", 1, megabytes: 3);
        Use("a", 1);

        Add("c", 1, megabytes: 4);
        Assert.Equal(["a@1"], _freed);

        Use("a", null);
        Add("d", 1, megabytes: 1);
        Assert.Equal(["a@1", "b@1"], _freed);
        Assert.Equal(8 * 1024 * 1024, _catalog.UsedBytes);
    }

    [Fact]
    public void A_model_that_went_is_still_known_and_answers_when_it_is_back()
    {
        Add("a", 3, megabytes: 6);
        Add("b", 1, megabytes: 6);

        Assert.Null(_catalog.TryLease(new ModelReference("a", null)));
        Assert.Equal(3, _catalog.CurrentVersion("a"));
        Assert.Equal(["a", "b"], _catalog.Names);

        Add("a", 3, megabytes: 6, published: false);
        Use("a", null);
        Assert.Equal(["a@3", "b@1"], _freed);
    }

    [Fact]
    public void A_version_with_an_alias_never_goes_and_what_does_not_fit_beside_it_is_refused()
    {
        Add("a", 1, megabytes: 6, alias: "champion");
        Add("b", 1, megabytes: 4);

        var error = Assert.Throws<MeshException>(() => Add("c", 1, megabytes: 5));

        Assert.Equal(ErrorCode.ResourceExhausted, error.Code);
        Assert.Contains("It takes 5 MB; with the versions that have an alias that is 11 MB of the 10 MB", error.Message, StringComparison.Ordinal);
        Use("a", null);
        Use("b", null);
        Assert.Null(_catalog.CurrentVersion("c"));
    }

    [Fact]
    public void An_alias_that_moves_frees_the_version_it_leaves()
    {
        Add("a", 1, megabytes: 6, alias: "champion");
        Add("a", 2, megabytes: 6, alias: "champion", move: 2);

        Assert.Equal(["a@1"], _freed);
        using var lease = _catalog.TryLease(new ModelReference("a", null, "champion"));
        Assert.Equal(2, lease!.Model.Manifest.Version);
    }

    [Fact]
    public void What_goes_while_it_is_used_is_freed_when_its_last_prediction_has_ended()
    {
        Add("a", 1, megabytes: 6);
        var lease = _catalog.TryLease(new ModelReference("a", 1))!;

        Add("b", 1, megabytes: 6);

        Assert.Empty(_freed);
        lease.Dispose();
        Assert.Equal(["a@1"], _freed);
    }

    private void Use(string name, int? version)
    {
        using var lease = _catalog.TryLease(new ModelReference(name, version));
        Assert.NotNull(lease);
    }

    private void Add(string name, int version, int megabytes, string? alias = null, int move = 1, bool published = true)
    {
        var manifest = Samples.Manifest(name, version, new string('a', 64));
        var model = new ServedModel(manifest, new EmptyModel(() => _freed.Add($"{name}@{version}"))) { Bytes = megabytes * 1024L * 1024 };
        _catalog.Add(model, published, alias is null ? null : new AliasPointer(alias, version, move));
    }

    private sealed class EmptyModel(Action freed) : ITrainedModel
    {
        public ModelTask Task => ModelTask.Regression;

        public int ClassCount => 0;

        public int FeatureCount => 1;

        public int TargetCount => 1;

        public Matrix Predict(Matrix features) => new(features.Rows, 1, new double[features.Rows]);

        public double[] Importance() => [1];

        public void Dispose() => freed();
    }
}
