using Skipper.Shared.Engines.Trees;
using Skipper.Shared.Engines.XGBoost;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.Tests.Trees;

public sealed class GoldenModelTests
{
    public static TheoryData<string, string> Files
    {
        get
        {
            var files = new TheoryData<string, string>();
            foreach (var name in (string[])["binary", "multiclass", "ranking", "poisson"])
            {
                files.Add(name, "json");
                files.Add(name, "ubj");
            }

            return files;
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Margins_and_leaves_equal_those_of_the_library_bit_for_bit(string name, string format)
    {
        var expected = Golden.Answers(name);
        var trees = TreeEnsembleReader.Read(Golden.Model($"{name}.{format}"));
        var margins = new float[expected.Margins.Length];

        trees.Margins(expected.Singles, expected.Rows, margins);

        Assert.Equal(expected.Margins, margins);
        Assert.Equal(expected.Leaves, trees.Leaves(expected.Singles, expected.Rows));
        Assert.Equal(new Version(1, 7, 4), trees.Version);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Predictions_and_contributions_equal_those_of_the_library(string name, string format)
    {
        var expected = Golden.Answers(name);
        using var model = Import(name, format);

        var predictions = model.Predict(expected.Features);
        var margins = model.Margins(expected.Features);

        Assert.Equal(expected.Predictions.Length, predictions.Values.Length);
        for (var i = 0; i < predictions.Values.Length; i++)
        {
            Assert.Equal(expected.Predictions[i], predictions.Values[i], 1e-6 * Math.Max(1, Math.Abs(expected.Predictions[i])));
        }

        for (var output = 0; output < model.OutputCount; output++)
        {
            AssertContributions(expected, model, output, margins);
        }
    }

    [Theory]
    [InlineData("binary", ModelTask.Binary, 2, 1)]
    [InlineData("multiclass", ModelTask.Multiclass, 3, 3)]
    [InlineData("ranking", ModelTask.Ranking, 0, 1)]
    [InlineData("poisson", ModelTask.Regression, 0, 1)]
    public void An_imported_model_knows_its_task(string name, ModelTask task, int classes, int outputs)
    {
        var imported = XGBoostEngine.Import(Golden.Model($"{name}.ubj"));
        using var model = new XGBoostEngine().Load(imported.File);

        Assert.Equal((task, classes, 4, 1), (imported.Task, imported.ClassCount, imported.FeatureCount, imported.TargetCount));
        Assert.Equal((task, classes, 4, 1), (model.Task, model.ClassCount, model.FeatureCount, model.TargetCount));
        Assert.Equal(outputs, model.OutputCount);
        Assert.Equal("1.7.4", imported.EngineVersion);
        Assert.Equal(name == "binary" ? ["alpha", "beta", "gamma", "delta"] : [], imported.FeatureNames);
    }

    [Fact]
    public void Probabilities_of_all_classes_add_up_to_one()
    {
        using var model = Import("multiclass", "json");
        var predictions = model.Predict(Golden.Answers("multiclass").Features);

        for (var row = 0; row < predictions.Rows; row++)
        {
            Assert.Equal(1, predictions.Row(row).ToArray().Sum(), 1e-6);
        }
    }

    [Fact]
    public void Importance_is_the_gain_of_all_splits_on_a_feature()
    {
        using var model = Import("binary", "json");

        var importance = model.Importance();

        // Labels were made of the product of the first two features and the third; the fourth is noise.
        Assert.Equal(4, importance.Length);
        Assert.All(importance, gain => Assert.True(gain >= 0));
        Assert.True(importance[3] < importance.Take(3).Min());
    }

    private static IExplainedModel Import(string name, string format) => Assert.IsAssignableFrom<IExplainedModel>(
        new XGBoostEngine().Load(XGBoostEngine.Import(Golden.Model($"{name}.{format}")).File));

    private static void AssertContributions(GoldenAnswers expected, IExplainedModel model, int output, Matrix margins)
    {
        var width = expected.Columns + 1;
        var explained = model.Explain(expected.Features, output);
        for (var row = 0; row < expected.Rows; row++)
        {
            var wanted = expected.Contributions.AsSpan(((row * model.OutputCount) + output) * width, width);
            for (var column = 0; column < width; column++)
            {
                Assert.Equal(wanted[column], explained[row, column], 1e-5);
            }

            Assert.Equal(margins[row, output], explained.Row(row).ToArray().Sum(), 1e-5);
        }
    }
}
