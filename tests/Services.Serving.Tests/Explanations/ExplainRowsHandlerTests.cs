using System.Text.Json;
using Skipper.Services.Serving.Explanations;
using Skipper.Services.Serving.Models;
using Skipper.Shared.Engines;
using Skipper.Shared.Engines.Linear;
using Skipper.Shared.Engines.Transforms;
using Skipper.Shared.Engines.XGBoost;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;
using Skipper.Testing;

namespace Skipper.Services.Serving.Tests.Explanations;

public sealed class ExplainRowsHandlerTests : IAsyncLifetime
{
    private readonly TestStorage _storage = TestStorage.Sqlite();
    private ServingHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = new ServingHost(_storage, new FakeTrainingService());
        await _host.Intake.TryPublishAsync(await _host.RegisterAsync("housing", 2, Token), Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _storage.DisposeAsync();
    }

    [Fact]
    public async Task A_line_is_split_into_what_each_input_adds_to_the_mean_row()
    {
        var batch = await ExplainAsync("""{"rows":[{"rm":8,"rad":20},[6,10]]}""");

        // price = 200 + 3 r + 2 d with r and d at (1, 2) and (0, 0), and both 0.5 in the mean of the training rows.
        Assert.Equal(("housing", 2, 2), (batch.Model, batch.Version, batch.Explanations.Count));
        var price = batch.Explanations[0]["price"];
        Assert.Equal([207.0, 207, 202.5], new[] { price.Prediction, price.Margin, price.Bias }.Select(value => Math.Round(value, 6)));
        Assert.Equal([("rm", 1.5), ("rad", 3.0)], price.Contributions.Select(part => (part.Key, Math.Round(part.Value, 6))));
        Assert.Equal(-1.5, batch.Explanations[1]["price"].Contributions["rm"], 6);
        Assert.Equal(["price", "ptratio"], batch.Explanations[1].Keys);
    }

    [Fact]
    public async Task Only_the_outputs_that_are_named_are_explained()
    {
        var batch = await ExplainAsync("""{"rows":[[8,20]],"outputs":["ptratio"]}""");

        Assert.Equal(["ptratio"], Assert.Single(batch.Explanations).Keys);
    }

    [Theory]
    [InlineData("""{"rows":[[8,15]],"outputs":["prize"]}""", "Model housing version 2 has no output 'prize'; it has price, ptratio.")]
    [InlineData("""{"rows":[[8,15],[8]]}""", "Row 1: expected 2 values (rm, rad), found 1.")]
    [InlineData("""{"rows":[[6,10],[1.7e308,10]]}""", "Row 1: its values are so far from what the model was trained on that the prediction of 'price' is not finite.")]
    public async Task What_does_not_fit_is_refused_with_what_was_expected(string data, string message)
    {
        var error = await Assert.ThrowsAsync<MeshException>(() => ExplainAsync(data));

        Assert.Equal((ErrorCode.InvalidArgument, message), (error.Code, error.Message));
    }

    [Fact]
    public async Task Rows_times_outputs_are_limited()
    {
        string Rows(int count) => $$"""{"rows":[{{string.Join(',', Enumerable.Repeat("[6,10]", count))}}]}""";

        Assert.Equal(500, (await ExplainAsync(Rows(500))).Explanations.Count);
        var error = await Assert.ThrowsAsync<MeshException>(() => ExplainAsync(Rows(501)));
        Assert.StartsWith("Rows times outputs may be at most 1000, found 501 rows and 2 outputs", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("binary", 2)]
    [InlineData("multiclass", 3)]
    public async Task Trees_add_up_to_the_log_odds_of_each_class(string task, int classes)
    {
        NativeLibraries.RequireXGBoost();
        var random = new Random(3);
        var features = new Matrix(400, 2, [.. Enumerable.Range(0, 800).Select(_ => random.NextDouble())]);
        var labels = new Matrix(
            400, 1, [.. Enumerable.Range(0, 400).Select(row => Math.Floor((features[row, 0] + features[row, 1]) / 2 * classes))]);
        Serve(task, classes, new XGBoostEngine(), features, labels);

        var batch = await ExplainAsync("""{"model":"trees","rows":[[6.2,11],[7.9,14],[6.1,14.5],[6,null]]}""");

        foreach (var row in batch.Explanations)
        {
            Assert.Equal(classes == 2 ? 1 : classes, row.Count);
            Assert.All(row.Values, output => Assert.Equal(output.Margin, output.Bias + output.Contributions.Values.Sum(), 1e-4));
            var sum = classes == 2 ? 1 + Math.Exp(row.Values.Single().Margin) : row.Values.Sum(output => Math.Exp(output.Margin));
            Assert.All(row.Values, output => Assert.Equal(Math.Exp(output.Margin) / sum, output.Prediction, 1e-5));
            Assert.Contains(row.Values, output => output.Contributions.Values.Any(part => Math.Abs(part) > 0.1));
        }
    }

    [Fact]
    public async Task An_engine_that_does_not_say_why_is_no_fault_of_the_caller()
    {
        _host.Catalog.Add(new ServedModel(Samples.Manifest("silent", 1, new string('a', 64)), new FakeModel()), published: true);

        var error = await Assert.ThrowsAsync<MeshException>(() => ExplainAsync("""{"model":"silent","rows":[]}"""));

        Assert.Equal(ErrorCode.FailedPrecondition, error.Code);
        Assert.Contains("engine 'linear' does not say", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_category_has_one_contribution_however_many_features_it_became()
    {
        var transform = new FittedTransform
        {
            Dataset = "",
            RowCount = 4,
            Columns =
            [
                new() { Name = "sky", Type = "text", Steps = [new OneHotTransform { Names = ["clear", "rain"] }] },
                new() { Name = "rm", Type = "number" },
            ],
        };
        var engine = new LinearEngine();
        var data = new TrainingData(
            new Matrix(4, 3, [1, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 1]),
            new Matrix(4, 1, [5, 1, 7, 3]),
            new Matrix(0, 3, []),
            new Matrix(0, 1, []));
        var file = engine.Train(
            data, EngineCatalog.Complete(engine, new Dictionary<string, double>()), seed: 1, TrainingWatch.None, CancellationToken.None);
        var manifest = Samples.Manifest("weather", 1, new string('a', 64));
        manifest = manifest with
        {
            Features = [.. transform.Outputs.Select(name => manifest.Features[0] with { Name = name, Mean = 0, StandardDeviation = 1 })],
            Targets = ["y"],
            Preprocessing = new string('b', 64),
        };
        var served = new ServedModel(manifest, engine.Load(file)) { Preparation = new Preparation(manifest, transform) };
        _host.Catalog.Add(served, published: true);

        var y = (await ExplainAsync("""{"model":"weather","rows":[{"sky":"rain","rm":1}]}""")).Explanations[0]["y"];

        Assert.Equal(["sky", "rm"], y.Contributions.Keys);
        Assert.True(y.Contributions["sky"] < -1 && y.Contributions["rm"] > 0.5, "clear sky is 4 more than rain, and rm adds 2");
        Assert.Equal(y.Margin, y.Bias + y.Contributions.Values.Sum(), 1e-9);
    }

    private void Serve(string task, int classes, XGBoostEngine engine, Matrix features, Matrix labels)
    {
        var data = new TrainingData(features, labels, new Matrix(0, 2, []), new Matrix(0, 1, []))
        {
            Task = ModelTasks.Parse(task),
            ClassCount = classes,
        };
        var parameters = EngineCatalog.Complete(engine, new Dictionary<string, double> { ["rounds"] = 20 });
        var model = engine.Load(engine.Train(data, parameters, seed: 1, TrainingWatch.None, CancellationToken.None));
        var manifest = Samples.Manifest("trees", 1, new string('a', 64)) with { Targets = ["class"], Task = task };
        string[] outputs = classes == 2 ? ["class"] : [.. Enumerable.Range(0, classes).Select(number => $"class {number}")];
        manifest = manifest with
        {
            Features = [.. manifest.Features.Select(feature => feature with { Type = "number" })],
            Signature = new ModelSignature
            {
                Inputs = [new() { Name = "rm", Type = "number" }, new() { Name = "rad", Type = "number", Required = false }],
                Outputs = [.. outputs.Select(name => new ModelOutput { Name = name, Type = "probability" })],
                Missing = "allow",
            },
        };
        _host.Catalog.Add(new ServedModel(manifest, model), published: true);
    }

    private Task<ExplanationBatch> ExplainAsync(string data) => _host.Get<ExplainRowsHandler>().HandleAsync(
        JsonSerializer.Deserialize<ExplainRows>($$"""{"data":{{data}}}""", Shared.Messaging.Handlers.MessageJson.Options)!,
        Samples.Context,
        Token);

    private sealed class FakeModel : ITrainedModel
    {
        public ModelTask Task => ModelTask.Regression;

        public int ClassCount => 0;

        public int FeatureCount => 2;

        public int TargetCount => 2;

        public Matrix Predict(Matrix features) => new(features.Rows, 2, new double[features.Rows * 2]);

        public double[] Importance() => [0, 0];

        public void Dispose()
        {
        }
    }
}
