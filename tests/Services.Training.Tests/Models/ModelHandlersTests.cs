using Skipper.Services.Training.Models;
using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Services.Training.Tests.Models;

public sealed class ModelHandlersTests : IAsyncLifetime
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

    [Fact]
    public async Task A_model_is_found_by_name_and_by_version()
    {
        await _host.Models.RegisterAsync(Samples.Version("housing"), null, Token);
        await _host.Models.RegisterAsync(Samples.Version("housing"), null, Token);

        Assert.Equal(2, (await FindAsync("housing", null)).Version);
        Assert.Equal(1, (await FindAsync("housing", 1)).Version);
    }

    [Fact]
    public async Task A_model_that_is_not_there_is_reported_with_what_is_there()
    {
        Assert.Contains("no model has been trained yet", await MissAsync("housing", null), StringComparison.Ordinal);

        await _host.Models.RegisterAsync(Samples.Version("housing"), null, Token);

        Assert.Equal("Model 'weather' is not known; known: housing.", await MissAsync("weather", null));
        Assert.Equal("Model 'housing' has no version 9; its newest is 1.", await MissAsync("housing", 9));
    }

    [Fact]
    public async Task A_model_is_found_by_its_alias()
    {
        await _host.Models.RegisterAsync(Samples.Version("housing"), null, Token);
        await _host.Models.RegisterAsync(Samples.Version("housing"), null, Token);
        await PromoteAsync("housing", 1, "champion");

        Assert.Equal(1, (await FindAsync("housing", null, "champion")).Version);
        Assert.Equal("Model 'housing' has no alias 'best'; it has champion.", await MissAsync("housing", null, "best"));
        var both = await Assert.ThrowsAsync<MeshException>(() => FindAsync("housing", 1, "champion"));
        Assert.Equal(ErrorCode.InvalidArgument, both.Code);
    }

    [Theory]
    [InlineData("housing", 2, "champion", ErrorCode.NotFound)]
    [InlineData("weather", 1, "champion", ErrorCode.NotFound)]
    [InlineData("housing", 1, "1", ErrorCode.InvalidArgument)]
    [InlineData("housing", 1, "Best", ErrorCode.InvalidArgument)]
    public async Task What_cannot_be_promoted_is_refused(string name, int version, string alias, ErrorCode code)
    {
        await _host.Models.RegisterAsync(Samples.Version("housing"), null, Token);

        Assert.Equal(code, (await Assert.ThrowsAsync<MeshException>(() => PromoteAsync(name, version, alias))).Code);
    }

    [Fact]
    public async Task Steps_of_one_run_register_one_version_each_and_attempts_at_a_step_one_together()
    {
        var run = Guid.CreateVersion7();
        var first = Samples.Context(run, $"{run}:train[0]:1").StepId;
        var again = Samples.Context(run, $"{run}:train[0]:2").StepId;
        var other = Samples.Context(run, $"{run}:train[1]:1").StepId;

        Assert.Equal(1, (await _host.Models.RegisterAsync(Samples.Version("housing"), first, Token)).Version);
        Assert.Equal(2, (await _host.Models.RegisterAsync(Samples.Version("housing"), other, Token)).Version);
        Assert.Equal(1, (await _host.Models.RegisterAsync(Samples.Version("housing"), again, Token)).Version);
        Assert.Null(Samples.Context(null, "a:b:1").StepId);
    }

    [Fact]
    public async Task The_list_names_models_and_working_engines()
    {
        await _host.Models.RegisterAsync(Samples.Version("housing"), null, Token);

        var list = await new ListModelsHandler(_host.Models, _host.Aliases, EngineCatalog.CreateDefault())
            .HandleAsync(new ListModels(), Samples.Context(), Token);

        Assert.Equal(["housing"], list.Models.Select(model => model.Name));
        Assert.Contains("linear", list.Engines);
    }

    private Task<ModelAlias> PromoteAsync(string name, int version, string alias) =>
        new PromoteModelHandler(_host.Mover).HandleAsync(
            new PromoteModel { Data = new() { Name = name, Version = version, Alias = alias } }, Samples.Context(), Token);

    private Task<ModelVersion> FindAsync(string name, int? version, string? alias = null) => new FindModelHandler(_host.Versions).HandleAsync(
        new FindModel { Data = new ModelName { Name = name, Version = version, Alias = alias } }, Samples.Context(), Token);

    private async Task<string> MissAsync(string name, int? version, string? alias = null)
    {
        var error = await Assert.ThrowsAsync<MeshException>(() => FindAsync(name, version, alias));
        Assert.Equal(ErrorCode.NotFound, error.Code);
        return error.Message;
    }
}
