using Skipper.Gateway.Tasks;
using Skipper.Gateway.Workflows;
using Skipper.Shared.Declarations;

namespace Skipper.Gateway.Tests.Workflows;

public sealed class WorkflowReaderTests
{
    private const string Full = """
        name: full
        description: "all there is"
        inputs:
          region: { type: string, required: true }
          slot: { type: datetime }
        defaults: { retry: { max_attempts: 3, delay: 5s }, timeout: 1h }
        timeout: P1D
        steps:
          data: { task: load, queue: skipper_other, timeout: 2m, priority: 9, concurrency: { key: "r/${{ inputs.region }}", limit: 1 } }
          train:
            task: training
            needs: [data]
            needs_rule: all_done
            foreach: "${{ steps.data.output.engines }}"
            max_parallel: 2
            when: steps.data.state == 'succeeded'
            with: { engine: "${{ item }}", n: 1.50, text: "ü \t $${{ x" }
            payload: "0.2"
            reply: reference
            retry: { delay: 0s }
        on_failure:
          tell: { task: training, with: "${{ run.error }}" }
        output: "${{ steps.train.outputs }}"
        """;

    [Fact]
    public void Everything_is_read()
    {
        var definition = PlannedRun.Read(Full);
        var (data, train) = (definition.Steps[0], definition.Find("train")!);

        Assert.Equal(("full", TimeSpan.FromDays(1), "tell"), (definition.Name, definition.Timeout, definition.OnFailure.Single().Name));
        Assert.Equal(
            ("load", "skipper_other", TimeSpan.FromMinutes(2), 9, 1),
            (data.Task, data.Queue, data.Timeout, data.Priority, data.ConcurrencyLimit));
        Assert.Equal((3, TimeSpan.FromSeconds(5)), (data.MaxAttempts, data.RetryDelay));
        Assert.Equal(("skipper_training", NeedsRule.AllDone, 2, "reference"), (train.Queue, train.Rule, train.MaxParallel, train.Reply));
        Assert.Equal((3, TimeSpan.Zero, TimeSpan.FromHours(1)), (train.MaxAttempts, train.RetryDelay, train.Timeout));
    }

    [Fact]
    public void The_canonical_form_reads_as_itself()
    {
        var json = WorkflowJson.Write(PlannedRun.Read(Full));

        Assert.Equal(json, WorkflowJson.Write(PlannedRun.Read(json, isJson: true)));
        Assert.Equal(json, WorkflowJson.Write(PlannedRun.Read(json)));
        Assert.Contains("""{"engine":"${{ item }}","n":1.50,"text":"ü \t $${{ x"}""", json, StringComparison.Ordinal);
    }

    [Fact]
    public void Layout_comments_and_format_do_not_change_the_digest()
    {
        const string yaml = "# comment\nname: w\nsteps:\n  a:\n    task: training\n    timeout: 60s\n    with: {x: 'a'}";
        const string json = "{\"steps\":\t{\"a\":{\"with\":{\"x\":\"\\u0061\"},\"task\":\"training\",\"timeout\":\"PT1M\"}},\n\"name\":\"w\"}";

        Assert.Equal(
            WorkflowJson.Digest(WorkflowJson.Write(PlannedRun.Read(yaml))),
            WorkflowJson.Digest(WorkflowJson.Write(PlannedRun.Read(json, isJson: true))));
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once_with_its_place()
    {
        var reading = PlannedRun.TryRead("""
            name: Wrong
            inputs: { n: { type: int } }
            step: {}
            steps:
              a: { task: trainin, retry: { max_attempts: 0 } }
              b: { task: training, needs: [c, a], timeout: 5 parsecs }
              b: { task: training }
              d: { task: training, with: "${{ steps.a.output }}", when: "1 <" }
              E: { tsk: training }
            """);

        Assert.Null(reading.Definition);
        Assert.Equal(
            [
                (1, 7, @"name must match \A[a-z][a-z0-9_-]{0,62}\z, found the text 'Wrong'."),
                (2, 22, "The type of input 'n' must be one of string, number, integer, boolean, object, array, datetime, was 'int'."),
                (3, 1, "The definition has no 'step'; known are name, description, inputs, defaults, timeout, steps, on_failure, output. Did you mean 'steps'?"),
                (5, 14, $"Unknown task 'trainin'; known are {string.Join(", ", new TaskOptions().Types.Keys.Order(StringComparer.Ordinal))}; any other needs a 'queue'. Did you mean 'training'?"),
                (5, 46, "max_attempts must be a whole number from 1 to 100, found 0."),
                (6, 32, "Step 'b' needs 'c', which is not there."),
                (6, 48, "timeout must be a duration such as 5s, 2m, 1h, 1d or PT5S, found the text '5 parsecs'."),
                (7, 3, "'b' is there twice."),
                (8, 30, "steps.a.output: step 'd' must need 'a', directly or through other steps, to refer to it."),
                (8, 61, "Expected a value at character 4 of the text, found the end."),
                (9, 3, @"The name of a step must match \A[a-z][a-z0-9_-]{0,62}\z, was 'E'."),
                (9, 6, "Step 'E' has no 'task'."),
                (9, 8, "Step 'E' has no 'tsk'; known are task, queue, needs, needs_rule, when, foreach, max_parallel, with, payload, reply, retry, timeout, priority, concurrency. Did you mean 'task'?"),
            ],
            reading.Errors.Select(error => (error.Line, error.Column, error.Message)).Where(error => error.Message.Length > 0));
    }

    [Fact]
    public void A_circle_is_named()
    {
        var reading = PlannedRun.TryRead("""
            name: w
            steps:
              a: { task: training }
              b: { task: training, needs: [a, d] }
              c: { task: training, needs: [b] }
              d: { task: training, needs: [c] }
            """);

        var error = Assert.Single(reading.Errors);
        Assert.Equal(
            (4, 3, "The steps need each other in a circle: b needs d needs c needs b."),
            (error.Line, error.Column, error.Message));
    }

    [Theory]
    [InlineData("with: '${{ inputs.y }}'", "there is no input 'y'; known are x")]
    [InlineData("with: '${{ steps.z.output }}'", "there is no step 'z'")]
    [InlineData("needs: [f], with: '${{ steps.f.output }}'", "its outputs are a list, steps.f.outputs")]
    [InlineData("needs: [o], with: '${{ steps.o.outputs }}'", "it has one output, steps.o.output")]
    [InlineData("needs: [o], with: '${{ steps.o.result }}'", "expected steps.NAME.output")]
    [InlineData("with: '${{ item }}'", "there is an item only in")]
    [InlineData("foreach: [1], when: item == 1", "there is an item only in")]
    [InlineData("with: '${{ run.error }}'", "on_failure only")]
    [InlineData("with: '${{ run.name }}'", "expected run.id or run.slot")]
    [InlineData("with: '${{ min(1) }}'", "one of the functions default, length, min_by, max_by")]
    [InlineData("with: '${{ default(1) }}'", "Expected ','")]
    [InlineData("with: '${{ inputs.x'", "Expected '}}'")]
    [InlineData("max_parallel: 2", "goes with foreach")]
    [InlineData("foreach: text", "foreach must be a list")]
    [InlineData("when: 'a ${{ true }}'", "one of inputs, steps")]
    [InlineData("when: '${{ true }} or'", "when must be one expression")]
    [InlineData("concurrency: {key: a}", "needs a 'key' and a 'limit'")]
    [InlineData("needs: [tell]", "on_failure runs after all steps")]
    [InlineData("needs: o", "needs must be a list")]
    [InlineData("needs: [o, o]", "'o' is there twice")]
    [InlineData("needs_rule: any", "needs_rule must be one of")]
    [InlineData("priority: 10", "from 0 to 9, found 10")]
    [InlineData("timeout: 40d", "timeout must be from 0.1s to 2592000s")]
    [InlineData("timeout: P1M", "timeout must be a duration")]
    [InlineData("with: {a: 1, a: 2}", "'a' is there twice")]
    public void A_step_that_is_wrong_is_refused(string members, string error)
    {
        var reading = PlannedRun.TryRead($$"""
            name: w
            inputs: { x: { type: string } }
            steps:
              o: { task: training }
              f: { task: training, foreach: [1] }
              a: { task: training, {{members}} }
            on_failure: { tell: { task: training } }
            """);

        Assert.Contains(error, Assert.Single(reading.Errors).Message, StringComparison.Ordinal);
        Assert.Equal(6, reading.Errors[0].Line);
    }

    [Theory]
    [InlineData("", false, "empty")]
    [InlineData("", true, "not JSON")]
    [InlineData("name: [", false, "not YAML")]
    [InlineData("a: &x 1\nb: *x", false, "Anchors and aliases")]
    [InlineData("a: !!python/object:os.system 1", false, "Tags are not supported")]
    [InlineData("a: 1\n---\nb: 2", false, "one YAML document")]
    [InlineData("? [1]\n: 2", false, "Expected a name")]
    [InlineData("- 1", false, "must be a mapping, found a list")]
    [InlineData("{\"a\":1,}", true, "not JSON")]
    [InlineData("{\"name\":\"\\ud800\"}", true, "not valid Unicode")]
    public void A_text_without_definition_is_refused(string text, bool isJson, string error) =>
        Assert.Contains(error, PlannedRun.TryRead(text, isJson).Errors[0].Message, StringComparison.Ordinal);

    [Fact]
    public void Deep_and_long_definitions_are_refused()
    {
        Assert.Contains("nested too deep", PlannedRun.TryRead(new string('[', 1000)).Errors[0].Message, StringComparison.Ordinal);
        Assert.Contains("not JSON", PlannedRun.TryRead(new string('[', 1000), isJson: true).Errors[0].Message, StringComparison.Ordinal);
        Assert.Contains("1048576 bytes", PlannedRun.TryRead(new string(' ', 1024 * 1024 + 1)).Errors[0].Message, StringComparison.Ordinal);
        var steps = string.Concat(Enumerable.Range(0, 201).Select(i => $"\n  s{i}: {{ task: training }}"));
        Assert.Contains("1 to 200 steps", PlannedRun.TryRead($"name: w\nsteps:{steps}").Errors[0].Message, StringComparison.Ordinal);
        foreach (var expression in new[] { new string('(', 100_000), string.Join(" or ", Enumerable.Repeat("true", 50_000)) })
        {
            Assert.Contains(
                "at most",
                PlannedRun.TryRead($"name: w\nsteps: {{a: {{task: training, when: '{expression}'}}}}").Errors[0].Message,
                StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("\"\\ud83d\\ude00 \\/ \\u00fc\"", "\"😀 / ü\"")]
    [InlineData("-1.50e3", "-1.50e3")]
    [InlineData("null", "null")]
    public void Values_of_json_are_kept(string value, string expected)
    {
        var definition = PlannedRun.Read($$"""{"name":"w","steps":{"a":{"task":"training","with":{{value}}} } }""", isJson: true);

        Assert.Contains(
            $"\"with\":{expected}",
            WorkflowJson.Write(definition).Replace("\\uD83D\\uDE00", "😀", StringComparison.Ordinal),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("~", "null")]
    [InlineData("True", "true")]
    [InlineData("+7", "7")]
    [InlineData("007", "7")]
    [InlineData(".5", "0.5")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("'7'", "\"7\"")]
    [InlineData("yes", "\"yes\"")]
    [InlineData("2026-01-02", "\"2026-01-02\"")]
    public void Values_of_yaml_are_those_of_version_1_2(string value, string expected) =>
        Assert.Contains(
            $"\"with\":{expected}",
            WorkflowJson.Write(PlannedRun.Read($"name: w\nsteps: {{a: {{task: training, with: {value}}}}}")),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("5s", 5d)]
    [InlineData("1.5m", 90d)]
    [InlineData("2h", 7200d)]
    [InlineData("1d", 86400d)]
    [InlineData("250ms", 0.25)]
    [InlineData("P1DT1H", 90000d)]
    [InlineData("PT0.5S", 0.5)]
    [InlineData("P", null)]
    [InlineData("-5s", null)]
    [InlineData("5", null)]
    [InlineData("P1Y", null)]
    [InlineData("PT", null)]
    [InlineData("999999999d", null)]
    public void Durations_are_read(string text, double? seconds) =>
        Assert.Equal(seconds, Durations.TryParse(text, out var duration) ? duration.TotalSeconds : null);
}
