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
    public async Task The_list_names_models_and_working_engines()
    {
        await _host.Models.RegisterAsync(Samples.Version("housing"), null, Token);

        var list = await new ListModelsHandler(_host.Models, EngineCatalog.CreateDefault())
            .HandleAsync(new ListModels(), Samples.Context(), Token);

        Assert.Equal(["housing"], list.Models.Select(model => model.Name));
        Assert.Contains("linear", list.Engines);
    }

    private Task<ModelVersion> FindAsync(string name, int? version) => new FindModelHandler(_host.Models).HandleAsync(
        new FindModel { Data = new ModelName { Name = name, Version = version } }, Samples.Context(), Token);

    private async Task<string> MissAsync(string name, int? version)
    {
        var error = await Assert.ThrowsAsync<MeshException>(() => FindAsync(name, version));
        Assert.Equal(ErrorCode.NotFound, error.Code);
        return error.Message;
    }
}
