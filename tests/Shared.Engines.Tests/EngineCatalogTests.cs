using Skipper.Shared.Messaging.Errors;

namespace Skipper.Shared.Engines.Tests;

public sealed class EngineCatalogTests
{
    private static readonly FakeEngine Strong = new("strong");
    private static readonly FakeEngine Absent = new("absent", "libabsent was not found; install libabsent0.");
    private static readonly FakeEngine Plain = new("plain");

    [Theory]
    [InlineData(null)]
    [InlineData("auto")]
    public void Auto_takes_the_first_engine_that_works(string? name)
    {
        Assert.Same(Strong, new EngineCatalog([Strong, Plain]).Choose(name, ModelTask.Regression, hasMissing: false).Engine);
        Assert.Same(Plain, new EngineCatalog([Absent, Plain]).Choose(name, ModelTask.Regression, hasMissing: false).Engine);
    }

    [Fact]
    public void Auto_takes_an_engine_that_can_do_the_task_and_says_what_is_against_those_before_it()
    {
        var classifier = new FakeEngine("classifier", tasks: [ModelTask.Binary]);
        var sieve = new FakeEngine("sieve", tasks: [ModelTask.Binary], acceptsMissing: true);
        var catalog = new EngineCatalog([Absent, Strong, classifier, sieve]);

        Assert.Equal(
            (classifier, "auto: the first that works here and trains for binary; absent is not available: libabsent was not found; install "
                + "libabsent0; strong does not train for the task binary; it knows regression."),
            (catalog.Choose("auto", ModelTask.Binary, false).Engine, catalog.Choose("auto", ModelTask.Binary, false).Reason));
        Assert.Same(sieve, catalog.Choose(null, ModelTask.Binary, hasMissing: true).Engine);
        Assert.Equal("It was asked for.", catalog.Choose("sieve", ModelTask.Binary, false).Reason);
    }

    [Fact]
    public void An_engine_that_cannot_do_the_task_is_refused_and_auto_says_so_of_all()
    {
        var catalog = new EngineCatalog([Strong, Plain]);

        var asked = Assert.Throws<MeshException>(() => catalog.Choose("plain", ModelTask.Ranking, false));
        Assert.Equal(
            (ErrorCode.InvalidArgument, "Engine 'plain' does not train for the task ranking; it knows regression."),
            (asked.Code, asked.Message));
        var none = Assert.Throws<MeshException>(() => catalog.Choose("auto", ModelTask.Ranking, false));
        Assert.Equal(ErrorCode.FailedPrecondition, none.Code);
        Assert.Contains("No engine here trains for ranking: strong does not", none.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_engine_is_refused_with_the_known_ones()
    {
        var error = Assert.Throws<MeshException>(() => new EngineCatalog([Strong, Plain]).Resolve("Plain "));

        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Equal("Engine 'Plain ' is not known; expected one of: auto, strong, plain.", error.Message);
    }

    [Fact]
    public void A_missing_engine_is_refused_with_what_to_install()
    {
        var catalog = new EngineCatalog([Absent, Plain]);

        var error = Assert.Throws<MeshException>(() => catalog.Resolve("absent"));

        Assert.Equal(ErrorCode.FailedPrecondition, error.Code);
        Assert.Contains("install libabsent0", error.Message, StringComparison.Ordinal);
        Assert.Equal(["plain"], catalog.Available);
    }

    [Fact]
    public void An_engine_that_cannot_train_here_still_loads_where_it_can()
    {
        var reader = new FakeEngine("reader", "libreader was not found.", loads: true);
        var catalog = new EngineCatalog([reader, Absent, Plain]);

        Assert.Same(reader, catalog.ResolveForLoading("reader"));
        Assert.Same(Plain, catalog.ResolveForLoading("plain"));
        Assert.Throws<MeshException>(() => catalog.Resolve("reader"));
        Assert.Equal(
            ErrorCode.FailedPrecondition, Assert.Throws<MeshException>(() => catalog.ResolveForLoading("absent")).Code);
    }

    [Fact]
    public void Without_any_engine_auto_says_what_is_missing()
    {
        var error = Assert.Throws<MeshException>(() => new EngineCatalog([Absent]).Choose(null, ModelTask.Regression, hasMissing: false));

        Assert.Equal(ErrorCode.FailedPrecondition, error.Code);
        Assert.Contains("libabsent0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Defaults_stand_where_a_request_names_nothing()
    {
        Assert.Equal(
            new Dictionary<string, double> { ["rounds"] = 10, ["eta"] = 0.1 }, EngineCatalog.Complete(Strong, null));
        Assert.Equal(
            new Dictionary<string, double> { ["rounds"] = 20, ["eta"] = 0.1 },
            EngineCatalog.Complete(Strong, new Dictionary<string, double> { ["rounds"] = 20 }));
    }

    [Fact]
    public void An_unknown_parameter_is_refused_with_the_nearest_known_one()
    {
        var error = Assert.Throws<MeshException>(
            () => EngineCatalog.Complete(Strong, new Dictionary<string, double> { ["Round"] = 3 }));

        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Equal(
            "Engine 'strong' has no parameter 'Round'; did you mean 'rounds'? Known: rounds, eta.", error.Message);
    }

    [Theory]
    [InlineData("rounds", 0, "from 1 to 100, was 0")]
    [InlineData("rounds", 101, "from 1 to 100, was 101")]
    [InlineData("rounds", 2.5, "a whole number, was 2.5")]
    [InlineData("eta", double.NaN, "from 0.01 to 1, was NaN")]
    [InlineData("eta", double.PositiveInfinity, "from 0.01 to 1, was Infinity")]
    public void A_value_out_of_bounds_is_refused_with_the_bounds(string name, double value, string expected)
    {
        var error = Assert.Throws<MeshException>(
            () => EngineCatalog.Complete(Strong, new Dictionary<string, double> { [name] = value }));

        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Equal($"Parameter '{name}' must be {expected}.", error.Message);
    }

    [Fact]
    public void The_default_catalog_always_has_an_engine()
    {
        var catalog = EngineCatalog.CreateDefault();

        Assert.Contains("linear", catalog.Available);
        Assert.Equal(catalog.Available[0], catalog.Choose("auto", ModelTask.Regression, hasMissing: false).Engine.Name);
    }
}
