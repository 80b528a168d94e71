using System.Text.Json;
using Skipper.Services.Training.Cards;
using Skipper.Services.Training.Imports;
using Skipper.Shared.Engines;
using Skipper.Shared.Engines.Transforms;
using Skipper.Shared.Engines.XGBoost;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;
using Skipper.Testing;

namespace Skipper.Services.Training.Tests.Imports;

public sealed class ImportModelHandlerTests : IAsyncLifetime
{
    private readonly TestStorage _storage = TestStorage.Sqlite();
    private TrainingHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _host = new TrainingHost(_storage);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _host.Dispose();
        return _storage.DisposeAsync();
    }

    [Theory]
    [InlineData("binary.json", "binary", 1)]
    [InlineData("binary.ubj", "binary", 1)]
    [InlineData("multiclass.ubj", "multiclass", 3)]
    [InlineData("ranking.json", "ranking", 1)]
    [InlineData("poisson.json", "regression", 1)]
    public async Task A_model_of_XGBoost_is_registered_with_signature_and_golden_rows_that_it_answers(
        string file, string task, int outputs)
    {
        var model = await ImportAsync(file);

        Assert.Equal(("elsewhere", 1, "xgboost", task), (model.Name, model.Version, model.Engine, model.Task));
        Assert.Equal(("imported", "allow"), (model.Lineage!.Source, model.Signature!.Missing));
        Assert.Equal((4, outputs), (model.Signature.Inputs.Count, model.Signature.Outputs.Count));
        Assert.Equal([1], _host.Events.Published.Select(published => published.Version));

        using var loaded = new XGBoostEngine().Load(await ReadAsync(model.Artifact));
        double[] inputs = [.. model.Golden!.Inputs.SelectMany(row => row.Select(value => value ?? double.NaN))];
        var predicted = loaded.Predict(new Matrix(model.Golden.Inputs.Count, 4, inputs));
        Assert.Equal(model.Golden.Outputs.SelectMany(row => row), predicted.Values);
        Assert.True(predicted.Values.Distinct().Count() > 1, "the golden rows tell models apart");
        Assert.All(model.Golden.Inputs[^1], value => Assert.Null(value));
    }

    [Fact]
    public async Task What_is_known_of_inputs_and_classes_is_kept()
    {
        var inputs = Enumerable.Range(0, 4)
            .Select(i => new ModelInput { Name = $"x{i}", Type = i == 0 ? "integer" : "number", Minimum = 2, Maximum = 8 }).ToList();
        var model = await ImportAsync("multiclass.json", file => file with { Inputs = inputs, Classes = ["a", "b", "c"], Actor = "ann" });

        Assert.Equal(("refuse", "ann"), (model.Signature!.Missing, model.Lineage!.Actor));
        Assert.Equal(["a", "b", "c"], model.Signature.Outputs.Select(output => output.Name));
        Assert.Equal(["x0", "x1", "x2", "x3"], model.Features.Select(feature => feature.Name));
        Assert.All(model.Golden!.Inputs.SelectMany(row => row), value => Assert.InRange(value!.Value, 2, 8));
        Assert.All(model.Golden.Inputs, row => Assert.Equal(Math.Round(row[0]!.Value), row[0]));
    }

    [Theory]
    [InlineData("""{"name":"A"}""", "data.name must be 1 to 64 lower case letters")]
    [InlineData("""{"inputs":[{"name":"a","type":"number"}]}""", "must name the 4 features of the model in their order, found 1")]
    [InlineData("""{"classes":["a"]}""", "must name the 2 classes of the model, found 1")]
    public async Task What_does_not_fit_the_file_is_refused(string wrong, string reason)
    {
        var change = JsonElement.Parse(wrong);
        var error = await Assert.ThrowsAsync<MeshException>(() => ImportAsync("binary.json", file => file with
        {
            Name = change.TryGetProperty("name", out var name) ? name.GetString()! : file.Name,
            Inputs = change.TryGetProperty("inputs", out _) ? [new ModelInput { Name = "a", Type = "number" }] : null,
            Classes = change.TryGetProperty("classes", out _) ? ["a"] : null,
        }));

        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_model_is_refused()
    {
        var error = await Assert.ThrowsAsync<MeshException>(() => ImportAsync("make.py"));

        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Contains("save_model", error.Message, StringComparison.Ordinal);
        Assert.Empty(await _host.Models.ListAsync(Token));
    }

    [Fact]
    public async Task With_a_fitted_transform_rows_have_its_columns_and_the_model_its_outputs()
    {
        var digest = await StoreAsync(["a", "b", "c"]);

        var model = await ImportAsync("binary.json", file => file with { Preprocessing = digest });

        Assert.Equal(digest, model.Preprocessing);
        Assert.Equal(["size", "kind_a", "kind_b", "kind_c"], model.Features.Select(feature => feature.Name));
        Assert.Equal([("size", "number"), ("kind", "text")], model.Signature!.Inputs.Select(input => (input.Name, input.Type)));
        Assert.All(model.Golden!.Inputs, row => Assert.Equal(4, row.Count));
    }

    [Fact]
    public async Task A_fitted_transform_that_gives_other_features_is_refused()
    {
        var digest = await StoreAsync(["a", "b"]);

        var error = await Assert.ThrowsAsync<MeshException>(() => ImportAsync("binary.json", file => file with { Preprocessing = digest }));
        Assert.Contains("data.preprocessing must name the 4 features of the model in their order, found 3", error.Message, StringComparison.Ordinal);

        error = await Assert.ThrowsAsync<MeshException>(() => ImportAsync("binary.json", file => file with { Preprocessing = file.Artifact }));
        Assert.StartsWith("data.preprocessing: The fitted transform cannot be read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_engine_that_imports_nothing_is_refused()
    {
        var error = await Assert.ThrowsAsync<MeshException>(() => ImportAsync("binary.json", file => file with { Engine = "linear" }));

        Assert.Contains("data.engine must be xgboost or oip, was 'linear'", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<MeshException>(() => ImportAsync("binary.json", file => file with { Engine = "oip" }));
        Assert.StartsWith("Expected a skipper-oip model file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_that_is_repeated_imports_once()
    {
        var run = Guid.CreateVersion7();

        Assert.Equal(1, (await ImportAsync("binary.json", run: run)).Version);
        Assert.Equal(1, (await ImportAsync("binary.json", run: run)).Version);
    }

    [Fact]
    public async Task Its_card_says_that_nothing_is_known_of_its_data()
    {
        await ImportAsync("binary.json");

        var card = await new DescribeModelHandler(_host.Models, _host.Aliases, _host.Versions, _host.Artifacts).HandleAsync(
            new DescribeModel { Data = new() { Name = "elsewhere" } }, Samples.Context(), Token);

        Assert.Contains(card.Limits, limit => limit.StartsWith("It was trained elsewhere", StringComparison.Ordinal));
        Assert.Null(card.Model.Evidence);
    }

    private async Task<ModelVersion> ImportAsync(
        string file, Func<ImportModel.ModelFile, ImportModel.ModelFile>? change = null, Guid? run = null)
    {
        await using var content = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Golden", file));
        var wanted = new ImportModel.ModelFile { Name = "elsewhere", Artifact = await _host.Artifacts.PutAsync(content, Token) };
        return await new ImportModelHandler(_host.Artifacts, EngineCatalog.CreateDefault(), _host.Models, _host.Publisher, TimeProvider.System).HandleAsync(
            new ImportModel { Data = change?.Invoke(wanted) ?? wanted }, Samples.Context(run), Token);
    }

    private async Task<string> StoreAsync(IReadOnlyList<string> kinds)
    {
        var transform = new FittedTransform
        {
            Dataset = new string('d', 64),
            RowCount = 10,
            Columns =
            [
                new FittedColumn { Name = "size", Type = "number" },
                new FittedColumn { Name = "kind", Type = FittedColumn.Text, Steps = [new OneHotTransform { Names = kinds }] },
            ],
        };
        using var file = new MemoryStream(transform.Write());
        return await _host.Artifacts.PutAsync(file, Token);
    }

    private async Task<byte[]> ReadAsync(string artifact)
    {
        using var file = new MemoryStream();
        await using var stream = await _host.Artifacts.OpenAsync(artifact, Token);
        await stream.CopyToAsync(file, Token);
        return file.ToArray();
    }
}
