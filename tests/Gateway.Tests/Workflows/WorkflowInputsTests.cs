using Skipper.Gateway.Workflows;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Tests.Workflows;

public sealed class WorkflowInputsTests
{
    private static readonly WorkflowDefinition Definition = PlannedRun.Read("""
        name: w
        inputs:
          text: { type: string, required: true }
          count: { type: integer, default: 3 }
          at: { type: datetime }
          rate: { type: number }
          flags: { type: array }
        steps: { a: { task: training } }
        """);

    [Fact]
    public void Defaults_are_filled_in_and_absent_ones_are_null() =>
        Assert.Equal(
            """{"text":"ü","count":3,"at":"2026-01-02T03:04:05Z","rate":null,"flags":null}""",
            WorkflowInputs.Resolve(Definition, """{"at":"2026-01-02T03:04:05Z","text":"\u00fc"}"""));

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var error = Assert.Throws<MeshException>(
            () => WorkflowInputs.Resolve(Definition, """{"count":1.5,"at":"tomorrow","flags":{},"tex":1}"""));

        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Equal(
            [
                "there is no input 'tex'; known are text, count, at, rate, flags. Did you mean 'text'?",
                "input 'text' is missing; it must be text.",
                "input 'count' must be a whole number, found 1.5.",
                "input 'at' must be a time such as 2026-01-02T03:04:05Z, found the text 'tomorrow'.",
                "input 'flags' must be a list, found an object with nothing.",
            ],
            error.Details!.Value.GetProperty("problems").EnumerateArray().Select(problem => problem.GetString()));
    }

    [Theory]
    [InlineData("[]", "found a list of 0")]
    [InlineData("{", "must be a JSON object")]
    public void What_is_no_object_is_refused(string json, string error) =>
        Assert.Contains(
            error,
            Assert.Throws<MeshException>(() => WorkflowInputs.Resolve(Definition, json)).Message,
            StringComparison.Ordinal);
}
