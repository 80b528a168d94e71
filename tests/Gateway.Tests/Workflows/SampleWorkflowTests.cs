using System.Globalization;
using Skipper.Gateway.Runs;

namespace Skipper.Gateway.Tests.Workflows;

/// <summary>The definitions in <c>samples/workflows</c>, planned with answers of the shape that the services give.</summary>
public sealed class SampleWorkflowTests
{
    private const string Dataset = """{"name":"housing","version":3,"row_count":500,"rejected_count":2}""";

    [Fact]
    public void Housing_trains_two_engines_side_by_side_and_promotes_the_closer_one()
    {
        var run = new PlannedRun(Sample("housing"));
        run.Succeed("find", Dataset);
        Assert.Equal(
            """{"task_type":"split_dataset","payload":"0.2","data":{"dataset":"housing","version":3},"reply":"reference"}""",
            run.RequestOf("check"));
        run.Succeed("check");
        Assert.Equal(["train[0]", "train[1]"], run.Open);
        run.Succeed("train[0]", Trained(7, "linear", 3.1));
        run.Succeed("train[1]", Trained(8, "xgboost", 2.4));
        Assert.Equal("""{"task_type":"find_model","data":{"name":"housing","version":8}}""", run.RequestOf("evaluate"));
        run.Succeed("evaluate", Model(8, "xgboost", 2.4));
        Assert.Equal(
            """{"task_type":"promote_model","data":{"name":"housing","version":8,"alias":"champion"}}""",
            run.RequestOf("promote"));
        Assert.Equal("promote/housing", run.KeyOf);
        run.Succeed("promote");

        Assert.Equal(
            """{"dataset_version":3,"engine":"xgboost","version":8,"metrics":{"price":{"rmse":2.4,"r2":0.9}},"promoted":true}""",
            run.Outcome!.Output);
    }

    [Fact]
    public void Housing_without_enough_rows_ends_without_training()
    {
        var run = new PlannedRun(Sample("housing"), """{"minimum_rows":501}""");
        run.Succeed("find", Dataset);

        Assert.Equal("""{"dataset_version":3,"engine":null,"version":null,"metrics":null,"promoted":false}""", run.Outcome!.Output);
    }

    [Fact]
    public void Housing_fails_with_a_training()
    {
        var run = new PlannedRun(Sample("housing"));
        run.Succeed("find", Dataset);
        run.Succeed("check");
        run.Fail("train[1]");
        run.Succeed("train[0]", Trained(7, "linear", 3.1));

        Assert.Equal((RunState.Failed, StepState.UpstreamFailed), (run.Outcome!.State, run.StateOf("promote")));
    }

    [Theory]
    [InlineData("0.9", true)]
    [InlineData("0.1", false)]
    public void Weather_keeps_a_model_that_is_good(string r2, bool isKept)
    {
        var run = new PlannedRun(Sample("weather"));
        foreach (var item in (int[])[0, 1, 2])
        {
            run.Succeed($"ingest[{item}]");
        }

        run.Succeed("publish", Dataset);
        run.Succeed("features", Dataset);
        run.Succeed("check");
        run.Succeed(
            "train",
            """{"model":{"name":"forecasts-temperature","version":5,"metrics":{"test":{"temperature":{"r2":0.9}}}}}"""
                .Replace("0.9", r2, StringComparison.Ordinal));
        if (isKept)
        {
            Assert.Equal(
                """{"task_type":"promote_model","data":{"name":"forecasts-temperature","version":5,"alias":"champion"}}""",
                run.RequestOf("promote"));
            run.Succeed("promote");
        }

        Assert.Contains($"\"promoted\":{(isKept ? "true" : "false")}", run.Outcome!.Output, StringComparison.Ordinal);
    }

    private static string Trained(int version, string engine, double rmse) => "{\"model\":" + Model(version, engine, rmse) + "}";

    private static string Model(int version, string engine, double rmse) =>
        """{"version":7,"engine":"any","metrics":{"test":{"price":{"rmse":3.1,"r2":0.9}}}}"""
            .Replace("7", version.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("any", engine, StringComparison.Ordinal)
            .Replace("3.1", rmse.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private static string Sample(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "samples", "workflows", $"{name}.yaml");
            if (File.Exists(path))
            {
                return File.ReadAllText(path);
            }
        }

        throw new FileNotFoundException($"There is no samples/workflows/{name}.yaml above {AppContext.BaseDirectory}.");
    }
}
