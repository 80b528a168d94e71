using System.Globalization;
using Skipper.Shared.Engines.Tests.XGBoost;
using Skipper.Shared.Engines.Trees;
using Skipper.Shared.Engines.XGBoost;
using Skipper.Shared.Storage.Arrays;
using Skipper.Testing;

namespace Skipper.Shared.Engines.Tests.Trees;

/// <summary>Models that xgboost's own Python package trained, saved and evaluated.</summary>
public sealed class ReferenceModelTests
{
    private const int Features = 13;

    [Theory]
    [InlineData("boston_regression", "json", 1, 1)]
    [InlineData("boston_regression", "ubj", 1, 1)]
    [InlineData("boston_price_class", "json", 4, 5)]
    [InlineData("boston_price_class", "ubj", 4, 5)]
    public void Trees_and_library_predict_what_python_predicted(string name, string format, int outputs, int firstMargin)
    {
        var saved = File.ReadAllBytes(ReferenceData.Find($"xgboost/{name}.{format}"));
        var (inputs, expected) = (Inputs(), Read($"{name}.predictions.csv", skip: 1));
        var trees = TreeEnsembleReader.Read(saved);
        var margins = new float[50 * outputs];

        trees.Margins(SinglePrecision.All(inputs), 50, margins);
        using var managed = XGBoostModel.Load(XGBoostEngine.Import(saved).File, library: null);
        var predictions = managed.Predict(inputs);

        Assert.Equal(50, expected.Count);
        for (var row = 0; row < expected.Count; row++)
        {
            for (var output = 0; output < outputs; output++)
            {
                Assert.Equal((float)expected[row][firstMargin + output], margins[(row * outputs) + output]);
                Assert.Equal(expected[row][output], predictions[row, output], 1e-6 * Math.Max(1, expected[row][output]));
            }
        }

        using var native = Assert.IsType<XGBoostModel>(NeedsXGBoost.OrSkip().Load(XGBoostEngine.Import(saved).File));
        Assert.True(native.UsesLibrary);
        Assert.Equal(predictions.Values, native.Predict(inputs).Values);
    }

    [Theory]
    [InlineData("boston_regression", 1)]
    [InlineData("boston_price_class", 4)]
    public void Leaves_and_contributions_are_those_of_python(string name, int outputs)
    {
        var saved = File.ReadAllBytes(ReferenceData.Find($"xgboost/{name}.ubj"));
        var inputs = Inputs();
        var trees = TreeEnsembleReader.Read(saved);
        using var model = XGBoostModel.Load(XGBoostEngine.Import(saved).File, library: null);
        var leaves = trees.Leaves(SinglePrecision.All(inputs), 50);
        var expectedLeaves = File.ReadLines(ReferenceData.Find($"xgboost/{name}.leaves.csv")).Skip(1)
            .Select(line => line.Split(',').Select(cell => int.Parse(cell, CultureInfo.InvariantCulture)).ToArray()).ToList();
        var keys = outputs == 1 ? 1 : 2;
        var expectedShap = File.ReadLines(ReferenceData.Find($"xgboost/{name}.treeshap.csv")).Skip(1)
            .Select(line => line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray()).ToList();

        Assert.Equal(10, expectedLeaves.Count);
        Assert.All(expectedLeaves, row => Assert.Equal(
            row[1..], leaves[(row[0] * trees.Trees.Count)..((row[0] + 1) * trees.Trees.Count)]));

        Assert.Equal(10 * outputs, expectedShap.Count);
        var margins = model.Margins(inputs);
        var explained = Enumerable.Range(0, outputs).Select(output => model.Explain(inputs, output)).ToArray();
        foreach (var expected in expectedShap)
        {
            var (row, output) = ((int)expected[0], keys == 1 ? 0 : (int)expected[1]);
            for (var column = 0; column <= Features; column++)
            {
                Assert.Equal(expected[keys + column], explained[output][row, column], 2e-5);
            }

            Assert.Equal(margins[row, output], explained[output].Row(row).ToArray().Sum(), 1e-4);
        }
    }

    private static Matrix Inputs()
    {
        var rows = Read("boston_inputs_50.csv", skip: 2);
        return new Matrix(rows.Count, Features, [.. rows.SelectMany(row => row)]);
    }

    private static List<double[]> Read(string file, int skip) =>
    [
        .. File.ReadLines(ReferenceData.Find($"xgboost/{file}")).Skip(1).Select(line => line.Split(',').Skip(skip)
            .Select(cell => cell.Length == 0 ? double.NaN : double.Parse(cell, CultureInfo.InvariantCulture))
            .ToArray()),
    ];
}
