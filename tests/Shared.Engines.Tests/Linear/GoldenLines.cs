using System.Text.Json;
using Skipper.Shared.Engines.Linear;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.Tests.Linear;

/// <summary>Rows, and the lines that scikit-learn found through them: <c>Golden/make.py</c> wrote <c>golden.json</c>.</summary>
internal static class GoldenLines
{
    private static readonly JsonElement Root = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Linear", "Golden", "golden.json"))).RootElement;

    public static Matrix Features { get; } = new(Rows, 3, [.. Root.GetProperty("features").EnumerateArray().SelectMany(Numbers)]);

    public static double[] Weights { get; } = Numbers(Root.GetProperty("weights"));

    private static int Rows => Root.GetProperty("features").GetArrayLength();

    public static TrainingData Data(ModelTask task, bool isWeighted = false)
    {
        var name = task switch { ModelTask.Regression => "y", ModelTask.Binary => "binary", _ => "classes" };
        var targets = new Matrix(Rows, 1, Numbers(Root.GetProperty(name)));
        return Tests.Data.WithoutValidation(Features, targets) with
        {
            Task = task,
            ClassCount = task switch { ModelTask.Regression => 0, ModelTask.Binary => 2, _ => 3 },
            Weights = isWeighted ? Weights : null,
        };
    }

    public static ICoefficientModel Train(TrainingData data, double ridge = 0, double lasso = 0, int rounds = 100_000)
    {
        var engine = new LinearEngine();
        var parameters = new Dictionary<string, double> { ["ridge"] = ridge, ["lasso"] = lasso, ["rounds"] = rounds };
        var file = engine.Train(
            data, EngineCatalog.Complete(engine, parameters), 1, TrainingWatch.None, TestContext.Current.CancellationToken);
        return Assert.IsType<ICoefficientModel>(engine.Load(file), exactMatch: false);
    }

    /// <summary>The lines of one case, each with its intercept first.</summary>
    public static double[][] Lines(string name)
    {
        var intercepts = Numbers(Root.GetProperty(name).GetProperty("intercepts"));
        var coefficients = Root.GetProperty(name).GetProperty("coefficients").EnumerateArray().Select(Numbers);
        return [.. intercepts.Zip(coefficients, (intercept, line) => (double[])[intercept, .. line])];
    }

    public static double[] Numbers(string name, string member) => Numbers(Root.GetProperty(name).GetProperty(member));

    public static double Number(string name, string member) => Root.GetProperty(name).GetProperty(member).GetDouble();

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetDouble())];
}
