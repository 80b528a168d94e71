using Skipper.Gateway.Runs;

namespace Skipper.Gateway.Tests.Workflows;

public sealed class ForeachTests
{
    private const string Engines = """
        name: engines
        steps:
          train:
            task: training
            foreach: [linear, xgboost, auto]
            max_parallel: 2
            with: { engine: "${{ item }}", index: "${{ item_index }}" }
          best:
            task: training
            needs: [train]
            with: "${{ max_by(steps.train.outputs, 'r2') }}"
        """;

    [Fact]
    public void Each_item_is_a_step_and_their_outputs_come_together_in_order()
    {
        var run = new PlannedRun(Engines);

        Assert.Equal(StepState.Expanded, run.StateOf("train"));
        Assert.Equal(["train[0]", "train[1]"], run.Open);
        Assert.Equal(StepState.Waiting, run.StateOf("train[2]"));
        Assert.Equal("""{"task_type":"training","data":{"engine":"xgboost","index":1}}""", run.RequestOf("train[1]"));

        run.Succeed("train[1]", """{"r2":0.9}""");
        Assert.Equal(["train[0]", "train[2]"], run.Open);
        run.Succeed("train[2]", """{"r2":0.7}""");
        run.Succeed("train[0]", """{"r2":0.8}""");

        Assert.Equal((StepState.Succeeded, """[{"r2":0.8},{"r2":0.9},{"r2":0.7}]"""), (run.StateOf("train"), run.Steps["train"].Output));
        Assert.Equal("""{"task_type":"training","data":{"r2":0.9}}""", run.RequestOf("best"));
    }

    [Fact]
    public void A_failed_item_stops_no_other_but_fails_the_step()
    {
        var run = new PlannedRun(Engines);
        run.Fail("train[0]");
        Assert.Equal(["train[1]", "train[2]"], run.Open);
        run.Succeed("train[1]");
        run.Succeed("train[2]");

        Assert.Equal((StepState.Failed, StepState.UpstreamFailed), (run.StateOf("train"), run.StateOf("best")));
        Assert.Contains(
            "1 of 3 items failed. Step 'train[0]' failed: broken",
            run.Steps["train"].Error,
            StringComparison.Ordinal);
        Assert.Equal(RunState.Failed, run.Outcome!.State);
    }

    [Fact]
    public void A_cancelled_item_cancels_the_step()
    {
        var run = new PlannedRun(Engines);
        run.Cancel("train[0]", "train[1]", "train[2]");

        Assert.Equal((StepState.Cancelled, StepState.Cancelled), (run.StateOf("train"), run.StateOf("best")));
    }

    [Fact]
    public void An_empty_list_succeeds_with_an_empty_list()
    {
        var run = new PlannedRun("""
            name: empty
            inputs: { files: { type: array, required: true } }
            steps:
              a: { task: training, foreach: "${{ inputs.files }}", with: "${{ item }}" }
              b: { task: training, needs: [a], with: "${{ length(steps.a.outputs) }}" }
            """, """{"files":[]}""");

        Assert.Equal("[]", run.Steps["a"].Output);
        Assert.Equal("""{"task_type":"training","data":0}""", run.RequestOf("b"));
    }

    [Fact]
    public void An_item_whose_expression_has_no_value_fails_and_leaves_its_place_to_others()
    {
        var run = new PlannedRun("""
            name: holes
            inputs: { files: { type: array } }
            steps:
              a: { task: training, foreach: "${{ inputs.files }}", max_parallel: 1, with: "${{ item.name }}" }
            """, """{"files":[{},{"name":"x"}]}""");

        Assert.Equal(["a[1]"], run.Open);
        run.Succeed("a[1]");
        Assert.Equal(StepState.Failed, run.StateOf("a"));
    }

    [Fact]
    public void Where_all_items_fail_before_they_are_queued_the_run_fails_at_once()
    {
        var run = new PlannedRun("""
            name: holes
            steps:
              z: { task: training, needs: [a] }
              a: { task: training, foreach: [1, 2], with: "${{ item.name }}" }
            """);

        Assert.Empty(run.Queued);
        Assert.Equal(StepState.UpstreamFailed, run.StateOf("z"));
        Assert.Equal(RunState.Failed, run.Outcome!.State);
    }

    [Theory]
    [InlineData("""{"files":"x"}""", "foreach takes a list, found the text")]
    [InlineData(null, "foreach takes at most 1000 items, this list has 1001")]
    public void What_is_no_list_or_a_long_one_fails_the_step(string? input, string error)
    {
        var run = new PlannedRun(
            "{name: w, steps: {a: {task: training}, b: {task: training, needs: [a], foreach: '${{ steps.a.output.files }}'}}}");
        run.Succeed("a", input ?? $$"""{"files":[{{string.Join(',', Enumerable.Range(0, 1001))}}]}""");

        Assert.Contains(error, run.Steps["b"].Error, StringComparison.Ordinal);
    }
}
