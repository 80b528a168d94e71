using Skipper.Gateway.Runs;

namespace Skipper.Gateway.Tests.Workflows;

public sealed class WorkflowPlannerTests
{
    private const string Diamond = """
        name: diamond
        steps:
          a: { task: training }
          b: { task: training, needs: [a], with: { x: "${{ steps.a.output.x }}" } }
          c: { task: training, needs: [a] }
          d: { task: training, needs: [b, c] }
        """;

    [Fact]
    public void Steps_follow_each_other_and_the_run_succeeds_with_the_last_outputs()
    {
        var run = new PlannedRun("""
            name: line
            steps:
              a: { task: training, payload: "0.2" }
              b: { task: split_dataset, needs: [a], with: { from: "${{ steps.a.output.name }}" }, reply: reference }
            """);

        Assert.Equal(["a"], run.Open);
        run.Succeed("a", """{"name":"one"}""");
        Assert.Equal(["b"], run.Open);
        Assert.Null(run.Outcome);
        run.Succeed("b", "[1]");

        Assert.Equal("""{"task_type":"training","payload":"0.2"}""", run.RequestOf("a"));
        Assert.Equal("""{"task_type":"split_dataset","data":{"from":"one"},"reply":"reference"}""", run.RequestOf("b"));
        Assert.Equal(new(RunState.Succeeded, """{"b":[1]}""", null), run.Outcome);
    }

    [Fact]
    public void Branches_run_side_by_side_and_meet()
    {
        var run = new PlannedRun(Diamond);
        run.Succeed("a", """{"x":7.50}""");

        Assert.Equal(["b", "c"], run.Open);
        Assert.Equal("""{"task_type":"training","data":{"x":7.50}}""", run.RequestOf("b"));
        run.Succeed("c");
        Assert.Equal(["b"], run.Open);
        run.Succeed("b");
        Assert.Equal(["d"], run.Open);
    }

    [Fact]
    public void What_needs_a_failed_step_is_not_executed_and_the_run_fails_with_its_error()
    {
        var run = new PlannedRun(Diamond);
        run.Succeed("a", """{"x":1}""");
        run.Fail("b", """{"error":"no rows","code":"invalid_argument"}""");

        Assert.Equal(StepState.UpstreamFailed, run.StateOf("d"));
        Assert.Null(run.Outcome);
        run.Succeed("c");
        Assert.Equal(RunState.Failed, run.Outcome!.State);
        Assert.Equal(
            """{"error":"Step 'b' failed: no rows","code":"invalid_argument","retryable":false,"details":{"step":"b"}}""",
            run.Outcome.Error);
    }

    [Fact]
    public void A_cancelled_step_cancels_what_needs_it()
    {
        var run = new PlannedRun(Diamond);
        run.Succeed("a", """{"x":1}""");
        run.End("b", StepState.Cancelled);

        Assert.Equal(StepState.Cancelled, run.StateOf("d"));
        run.Succeed("c");
        Assert.Equal(RunState.Failed, run.Outcome!.State);
        Assert.Contains(
            "'b' was cancelled",
            run.Outcome.Error!,
            StringComparison.Ordinal);
    }

    [Fact]
    public void When_all_open_steps_are_cancelled_nothing_more_is_queued()
    {
        var run = new PlannedRun(Diamond);
        run.Cancel("a");

        Assert.All(run.Steps.Values, step => Assert.Equal(StepState.Cancelled, step.State));
        Assert.Single(run.Queued);
    }

    [Fact]
    public void A_skipped_step_counts_as_success_for_what_needs_it()
    {
        var run = new PlannedRun("""
            name: skip
            inputs: { go: { type: boolean, default: false } }
            steps:
              a: { task: training, when: inputs.go }
              b: { task: training, needs: [a], with: "${{ default(steps.a.output.x, 'none') }} ${{ steps.a.state }}" }
            """);

        Assert.Equal(StepState.Skipped, run.StateOf("a"));
        Assert.Equal("""{"task_type":"training","data":"none skipped"}""", run.RequestOf("b"));
        run.Succeed("b", "1");
        Assert.Equal("""{"b":1}""", run.Outcome!.Output);
    }

    [Fact]
    public void A_reference_to_the_output_of_a_skipped_step_fails_and_says_what_to_do()
    {
        var run = new PlannedRun("""
            name: skip
            steps:
              a: { task: training, when: false }
              b: { task: training, needs: [a], with: "${{ steps.a.output.x }}" }
            """);

        Assert.Empty(run.Queued);
        Assert.Equal(StepState.Failed, run.StateOf("b"));
        Assert.Contains("step 'a' was skipped; default(steps.a.output.x, ...)", run.Steps["b"].Error, StringComparison.Ordinal);
        Assert.Contains("failed_precondition", run.Outcome!.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("${{ steps.a.output.y }}", "steps.a.output.y has no value: there is no y in an object with x")]
    [InlineData("${{ steps.a.output.x > 'a' }}", "found 1 and the text")]
    [InlineData("${{ run.slot }}", "run.slot has no value in this run")]
    [InlineData("${{ min_by(steps.a.output.list, 'r') }}", "an item has no r")]
    public void An_expression_without_value_fails_its_step(string with, string error)
    {
        var run = new PlannedRun($$"""
            name: wrong
            steps:
              a: { task: training }
              b: { task: training, needs: [a], with: "{{with}}" }
            """);
        run.Succeed("a", """{"x":1,"list":[{}]}""");

        Assert.Equal(StepState.Failed, run.StateOf("b"));
        Assert.Contains(error, run.Steps["b"].Error, StringComparison.Ordinal);
        Assert.Equal(RunState.Failed, run.Outcome!.State);
    }

    [Fact]
    public void A_condition_that_is_neither_true_nor_false_fails_its_step()
    {
        var run = new PlannedRun("{name: w, inputs: {n: {type: integer}}, steps: {a: {task: training, when: inputs.n}}}", """{"n":1}""");

        Assert.Contains("takes true or false, found 1", run.Steps["a"].Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_of_a_worker_that_is_not_valid_unicode_fails_the_step_that_reads_it()
    {
        var run = new PlannedRun("""
            name: unicode
            steps:
              a: { task: training }
              b: { task: training, needs: [a], with: "x ${{ steps.a.output }}" }
            """);
        run.Succeed("a", "\"\\ud800\"");

        Assert.Equal(StepState.Failed, run.StateOf("b"));
        Assert.NotNull(run.Outcome);
    }

    [Fact]
    public void What_a_worker_answers_that_is_not_json_is_text()
    {
        var run = new PlannedRun("{name: w, steps: {a: {task: training}}}");
        run.Succeed("a", "done");

        Assert.Equal("""{"a":"done"}""", run.Outcome!.Output);
    }

    [Theory]
    [InlineData("all_done", RunState.Failed)]
    [InlineData("one_success", RunState.Succeeded)]
    public void Alternatives_forgive_a_failure_and_cleaning_up_does_not(string rule, string outcome)
    {
        var run = new PlannedRun($$"""
            name: rules
            steps:
              a: { task: training }
              b: { task: training }
              c: { task: training, needs: [a, b], needs_rule: {{rule}} }
            """);
        run.Fail("a");
        Assert.Equal(["b"], run.Open);
        run.Succeed("b");
        run.Succeed("c", "3");

        Assert.Equal(outcome, run.Outcome!.State);
    }

    [Fact]
    public void One_success_is_not_executed_where_nothing_succeeded()
    {
        var run = new PlannedRun("""
            name: rules
            steps:
              a: { task: training }
              b: { task: training }
              c: { task: training, needs: [a, b], needs_rule: one_success }
            """);
        run.Fail("a");
        run.Fail("b");

        Assert.Equal(StepState.UpstreamFailed, run.StateOf("c"));
        Assert.Equal(RunState.Failed, run.Outcome!.State);
    }

    [Fact]
    public void Steps_for_failures_are_skipped_when_the_run_succeeds()
    {
        var run = new PlannedRun("{name: w, steps: {a: {task: training}}, on_failure: {tell: {task: training}}}");
        Assert.Equal(StepState.Waiting, run.StateOf("tell"));
        run.Succeed("a");

        Assert.Equal(StepState.Skipped, run.StateOf("tell"));
        Assert.Equal(RunState.Succeeded, run.Outcome!.State);
    }

    [Fact]
    public void Steps_for_failures_run_last_and_change_nothing()
    {
        var run = new PlannedRun("""
            name: w
            steps: { a: { task: training }, b: { task: training } }
            on_failure:
              tell: { task: training, with: { why: "${{ run.error.error }}", b: "${{ steps.b.state }}" } }
              then: { task: training, needs: [tell] }
            """);
        run.Fail("a");
        Assert.Equal(["b"], run.Open);
        run.Succeed("b");
        Assert.Equal(["tell"], run.Open);
        Assert.Equal("""{"task_type":"training","data":{"why":"Step 'a' failed: broken","b":"succeeded"}}""", run.RequestOf("tell"));
        Assert.Null(run.Outcome);
        run.Succeed("tell");
        run.Succeed("then");

        Assert.Equal(RunState.Failed, run.Outcome!.State);
        Assert.Contains("broken", run.Outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_output_is_what_its_template_says()
    {
        var run = new PlannedRun("""
            name: w
            inputs: { n: { type: integer, default: 3 } }
            steps: { a: { task: training } }
            output: { n: "${{ inputs.n }}", id: "run ${{ run.id }}", at: "${{ run.slot }}" }
            """, slot: new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        run.Succeed("a");

        Assert.Equal("""{"n":3,"id":"run 01980f5e-3c7a-7b1e-9f0a-5d2c8e4b6a10","at":"2026-01-02T03:04:05Z"}""", run.Outcome!.Output);
    }

    [Fact]
    public void An_output_without_value_fails_the_run()
    {
        var run = new PlannedRun("""
            name: w
            steps: { a: { task: training } }
            output: "${{ steps.a.output.x }}"
            on_failure: { tell: { task: training } }
            """);
        run.Succeed("a");
        Assert.Equal(["tell"], run.Open);
        run.Fail("tell");

        Assert.Equal(RunState.Failed, run.Outcome!.State);
        Assert.Contains("Output: steps.a.output.x has no value", run.Outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_concurrency_key_is_resolved()
    {
        var run = new PlannedRun("""
            name: w
            inputs: { r: { type: string, default: eu } }
            steps: { a: { task: training, concurrency: { key: "gpu/${{ inputs.r }}", limit: 2 } } }
            """);

        Assert.Equal("gpu/eu", run.KeyOf);
        Assert.Equal(2, run.Definition.Find("a")!.ConcurrencyLimit);
    }
}
