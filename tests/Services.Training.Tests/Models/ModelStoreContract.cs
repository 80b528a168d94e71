using System.Text.Json;
using Skipper.Services.Training.Models;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Testing;

namespace Skipper.Services.Training.Tests.Models;

/// <summary>What the registry promises, whichever database it is kept in.</summary>
public abstract class ModelStoreContract : IAsyncLifetime
{
    private TestStorage _storage = null!;
    private TrainingHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ModelStore Models => _host.Models;

    public async ValueTask InitializeAsync()
    {
        _storage = await CreateStorageAsync();
        _host = new TrainingHost(_storage);
    }

    public async ValueTask DisposeAsync()
    {
        _host?.Dispose();
        if (_storage is not null)
        {
            await _storage.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_was_registered_is_read_back_complete()
    {
        var registered = await Models.RegisterAsync(Samples.Version("housing"), null, Token);

        var found = await Models.FindAsync("housing", 1, Token);

        Assert.Equal(1, registered.Version);
        Assert.Equal(Text(registered), Text(found!));
        Assert.Equal(Samples.Noon, found!.CreatedAt);
        Assert.Null(found.Metrics["test"]["price"].R2);
    }

    [Fact]
    public async Task Versions_are_counted_from_1_for_each_model()
    {
        await Models.RegisterAsync(Samples.Version("housing"), Guid.CreateVersion7(), Token);
        await Models.RegisterAsync(Samples.Version("weather"), Guid.CreateVersion7(), Token);
        await Models.RegisterAsync(Samples.Version("housing"), null, Token);
        await Models.RegisterAsync(Samples.Version("housing"), null, Token);

        Assert.Equal(3, (await Models.FindAsync("housing", null, Token))!.Version);
        Assert.Equal(2, (await Models.FindAsync("housing", 2, Token))!.Version);
        Assert.Equal(1, (await Models.FindAsync("weather", null, Token))!.Version);
    }

    [Fact]
    public async Task What_was_not_registered_is_not_found()
    {
        await Models.RegisterAsync(Samples.Version("housing"), null, Token);

        Assert.Null(await Models.FindAsync("housing", 2, Token));
        Assert.Null(await Models.FindAsync("weather", null, Token));
        Assert.Null(await Models.FindByStepAsync(Guid.CreateVersion7(), Token));
    }

    [Fact]
    public async Task The_list_has_the_newest_version_of_every_model_by_name()
    {
        foreach (var name in new[] { "b", "a", "b", "a_1", "a-1" })
        {
            await Models.RegisterAsync(Samples.Version(name), null, Token);
        }

        var list = await Models.ListAsync(Token);

        Assert.Equal([("a", 1), ("a-1", 1), ("a_1", 1), ("b", 2)], list.Select(model => (model.Name, model.Version)));
    }

    [Fact]
    public async Task A_step_registers_once_however_often_it_tries()
    {
        var run = Guid.CreateVersion7();
        var first = await Models.RegisterAsync(Samples.Version("housing"), run, Token);

        var second = await Models.RegisterAsync(Samples.Version("housing") with { Artifact = new string('c', 64) }, run, Token);

        Assert.Equal(Text(first), Text(second));
        Assert.Equal(Text(first), Text((await Models.FindByStepAsync(run, Token))!));
        Assert.Equal(1, (await Models.FindAsync("housing", null, Token))!.Version);
    }

    [Fact]
    public async Task Registrations_side_by_side_leave_no_gap_and_double_no_step()
    {
        var runs = Enumerable.Range(0, 6).Select(_ => Guid.CreateVersion7()).ToArray();

        var versions = await Task.WhenAll(runs.Concat(runs).Select(
            run => Task.Run(() => Models.RegisterAsync(Samples.Version("housing"), run, Token))));

        Assert.Equal([1, 2, 3, 4, 5, 6], versions.Take(6).Select(model => model.Version).Order());
        Assert.Equal(versions.Take(6).Select(model => model.Version), versions.Skip(6).Select(model => model.Version));
    }

    protected abstract Task<TestStorage> CreateStorageAsync();

    private static string Text(ModelVersion model) => JsonSerializer.Serialize(model, MessageJson.Options);
}
