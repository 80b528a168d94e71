using System.Globalization;
using System.Text;
using Skipper.Gateway.Runs;

namespace Skipper.Gateway.Tests.Workflows;

/// <summary>Random graphs with random ends: <see cref="PlannedRun"/> holds every move to the promises of the planner.</summary>
public sealed class RandomWorkflowTests
{
    private static readonly string[] Rules = ["all_success", "all_success", "all_done", "one_success"];
    private static readonly string[] Ends =
        [StepState.Succeeded, StepState.Succeeded, StepState.Succeeded, StepState.Failed, StepState.TimedOut, StepState.Cancelled];

    [Fact]
    public void Every_run_reaches_an_outcome()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var run = new PlannedRun(Workflow(random));
            while (run.Open is { Length: > 0 } open)
            {
                Assert.Null(run.Outcome);
                var end = random.GetItems(Ends, 1)[0];
                run.End(open[random.Next(open.Length)], end, end == StepState.Succeeded ? "{\"x\":1}" : null);
            }

            Assert.NotNull(run.Outcome);
            Assert.All(run.Steps.Values, step => Assert.True(StepState.IsFinal(step.State), $"seed {seed}: {step.Step} is {step.State}"));
            var allGood = run.Steps.Values.All(step => step.State is StepState.Succeeded or StepState.Skipped);
            Assert.True(!allGood || run.Outcome.State == RunState.Succeeded, $"seed {seed}");
        }
    }

    private static string Workflow(Random random)
    {
        var text = new StringBuilder("name: random\nsteps:\n");
        var count = random.Next(1, 12);
        foreach (var step in Enumerable.Range(0, count))
        {
            var needs = Enumerable.Range(0, step).Where(_ => random.Next(3) == 0).Select(need => $"s{need}");
            text.Append(CultureInfo.InvariantCulture, $"  s{step}: {{ task: training, needs: [{string.Join(", ", needs)}]");
            text.Append(", needs_rule: ").Append(random.GetItems(Rules, 1)[0]);
            var items = string.Join(", ", Enumerable.Range(0, random.Next(4)));
            text.Append(random.Next(4) == 0 ? $", foreach: [{items}], max_parallel: {random.Next(1, 4)}" : "");
            text.Append(random.Next(6) == 0 ? ", when: false" : "");
            text.Append(" }\n");
        }

        return text.Append("on_failure:\n  tell: { task: training }\n").ToString();
    }
}
