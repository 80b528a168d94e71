using System.Globalization;
using Skipper.Shared.Engines.XGBoost;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.Tests.XGBoost;

/// <summary>Predictions of a model that xgboost's own Python package trained, saved and evaluated.</summary>
public sealed class ReferenceParityTests
{
    private const int Features = 13;

    [Theory]
    [InlineData("boston_regression.ubj")]
    [InlineData("boston_regression.json")]
    public void Predictions_equal_those_of_the_reference(string name)
    {
        var engine = NeedsXGBoost.OrSkip();
        var folder = FindFolder();
        Assert.SkipWhen(folder is null, "No folder shared/data/xgboost beside the repository; it has the reference data.");
        var file = XGBoostModelFile.Pack("1.7.4", Features, [79], [File.ReadAllBytes(Path.Combine(folder, name))]);
        var inputs = ReadCsv(Path.Combine(folder, "boston_inputs_50.csv"), skip: 2);
        var expected = ReadCsv(Path.Combine(folder, "boston_regression.predictions.csv"), skip: 1);

        using var model = engine.Load(file);
        var predictions = model.Predict(new Matrix(inputs.Count, Features, [.. inputs.SelectMany(row => row)]));

        Assert.Equal(50, expected.Count);
        for (var row = 0; row < expected.Count; row++)
        {
            Assert.Equal(expected[row][0], predictions[row, 0], Math.Abs(expected[row][0]) * 1e-6);
        }
    }

    private static List<double[]> ReadCsv(string path, int skip) =>
    [
        .. File.ReadLines(path).Skip(1).Select(line => line.Split(',').Skip(skip)
            .Select(cell => cell.Length == 0 ? double.NaN : double.Parse(cell, CultureInfo.InvariantCulture))
            .ToArray()),
    ];

    private static string? FindFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "data", "xgboost");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
