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

    [Fact]
    public void Retrain_promotes_by_a_gate_that_sees_the_comparison()
    {
        var run = new PlannedRun(Sample("retrain"), """{"version":2,"minimum_gain":0.1}""");
        Assert.Equal("""{"task_type":"find_dataset","data":{"name":"housing","version":2}}""", run.RequestOf("find"));
        run.Succeed("find", Dataset);
        run.Succeed("train", Trained(7, "linear", 3.1));
        Assert.Equal(
            """{"task_type":"compare_models","data":{"name":"housing","version":7,"alias":"champion"}}""", run.RequestOf("compare"));
        run.Succeed("compare", """{"name":"housing","version":7,"test_digest":"d","row_count":9}""");
        Assert.Contains(
            """
            "gate":{"metric":"rmse","target":"price","minimum_gain":0.1,"comparison":{"name":"housing","version":7,"test_digest":"d","row_count":9}}
            """.Trim(),
            run.RequestOf("promote"),
            StringComparison.Ordinal);
        run.Succeed("promote", """{"version":6,"gate":{"passed":false}}""");

        Assert.Equal("""{"dataset_version":3,"trained":7,"serving":6,"gate":{"passed":false}}""", run.Outcome!.Output);
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

    [Fact]
    public void Search_halves_its_trials_and_trains_the_best()
    {
        var run = new PlannedRun(Sample("search"), """{"trials":3,"keep":2,"rounds":10}""");
        run.Succeed("find", Dataset);
        Assert.Contains(
            "\"trials\":3,\"seed\":1,\"parameters\":{\"rounds\":10,\"early_stopping_rounds\":50}", run.RequestOf("plan"), StringComparison.Ordinal);
        run.Succeed("plan", """{"trials":[{"number":1,"parameters":{"eta":0.1}},{"number":2,"parameters":{"eta":0.2}},{"number":3,"parameters":{"eta":0.3}}]}""");
        Assert.Equal(["try[0]", "try[1]", "try[2]"], run.Open);
        Assert.Equal(
            """{"task_type":"run_trial","data":{"trial":{"number":2,"parameters":{"eta":0.2}},"training":{"dataset":"housing","version":3,"targets":["price"],"engine":"xgboost","experiment":"housing-search","seed":1}}}""",
            run.RequestOf("try[1]"));
        foreach (var step in run.Open)
        {
            run.Succeed(step, """{"score":0.5}""");
        }

        Assert.Equal(
            """{"task_type":"select_trials","data":{"results":[{"score":0.5},{"score":0.5},{"score":0.5}],"keep":2,"grow":"rounds","factor":3}}""",
            run.RequestOf("halve"));
        run.Succeed("halve", """{"trials":[{"number":2,"parameters":{"eta":0.2}}]}""");
        run.Succeed("refine[0]", """{"score":0.4}""");
        run.Succeed("choose", """{"best":{"score":0.4,"trial":{"number":2,"parameters":{"eta":0.2}}},"trials":[{"number":2,"parameters":{"eta":0.2}}]}""");
        Assert.EndsWith("\"model\":\"housing\",\"parameters\":{\"eta\":0.2}}}", run.RequestOf("train"), StringComparison.Ordinal);
        run.Succeed("train", Trained(4, "xgboost", 2.4));

        Assert.StartsWith("""{"score":0.4,"parameters":{"eta":0.2},"version":4,"metrics":""", run.Outcome!.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Score_has_every_part_scored_by_one_version_and_publishes_them_together()
    {
        const string Plan =
            """{"dataset":{"name":"housing","version":3,"digest":"d"},"row_count":5,"parts":[{"number":1,"row_count":3,"artifact":"a"},{"number":2,"row_count":2,"artifact":"b"}]}""";
        var run = new PlannedRun(Sample("score"), """{"version":3,"alias":"champion"}""");
        Assert.Equal("""{"task_type":"find_model","data":{"name":"housing","alias":"champion"}}""", run.RequestOf("find"));
        Assert.Equal("""{"task_type":"plan_scoring","data":{"dataset":"housing","version":3,"rows_per_part":10000}}""", run.RequestOf("plan"));
        run.Succeed("plan", Plan);
        run.Succeed("find", Model(7, "xgboost", 2.4));
        Assert.Equal(
            """{"task_type":"score_part","data":{"model":"housing@7","part":{"number":2,"row_count":2,"artifact":"b"}}}""",
            run.RequestOf("score[1]"));
        run.Succeed("score[1]", """{"number":2}""");
        run.Succeed("score[0]", """{"number":1}""");
        Assert.Equal(
            $$$"""{"task_type":"publish_scores","data":{"name":"housing-scores","plan":{{{Plan}}},"parts":[{"number":1},{"number":2}]}}""",
            run.RequestOf("publish"));
        run.Succeed("publish", """{"dataset":{"name":"housing-scores","version":1},"version":7,"scored_count":4,"refused_count":1}""");

        Assert.Equal(
            """{"model_version":7,"dataset":"housing-scores","dataset_version":1,"scored":4,"refused":1}""", run.Outcome!.Output);
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
