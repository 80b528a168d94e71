using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.Tests;

public sealed class AddedEngineTests
{
    [Fact]
    public void An_engine_that_is_registered_trains_and_loads_by_its_name()
    {
        // Given
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton<IModelEngine, MedianEngine>();
        builder.AddEngines();
        using var host = builder.Build();
        var catalog = host.Services.GetRequiredService<EngineCatalog>();

        // When
        var engine = catalog.Resolve("median");
        var file = engine.Train(
            Data.WithoutValidation(Data.Column(1, 2, 3), new Matrix(3, 2, [9, 1, 2, 5, 4, 3])),
            EngineCatalog.Complete(engine, null), 1, TrainingWatch.None, TestContext.Current.CancellationToken);
        using var model = catalog.ResolveForLoading("median").Load(file);

        // Then
        Assert.Equal([4, 3, 4, 3], model.Predict(Data.Column(7, 8)).Values);
        Assert.Contains("median", catalog.Available);
        Assert.Equal("linear", catalog.Available[^1]);
        Assert.Throws<InvalidDataException>(() => engine.Load("{}"u8.ToArray()));
    }

    [Fact]
    public void Two_engines_of_the_same_name_are_refused()
    {
        var error = Assert.Throws<InvalidOperationException>(() => EngineCatalog.CreateDefault(new FakeEngine("linear")));

        Assert.Contains("'linear'", error.Message, StringComparison.Ordinal);
    }
}
