using System.Text.Json;
using Skipper.Gateway.Runs;
using Skipper.Gateway.Workflows.Expressions;

namespace Skipper.Gateway.Tests.Workflows;

public sealed class ExpressionTests
{
    private static readonly ExpressionScope Scope = new()
    {
        Inputs = JsonElement.Parse("""
            {"n":1.50,"t":"x","list":[{"r":2},{"r":5,"k":"b"},{"r":5}],"a b":{"c-d":[null,true]},"none":null,"big":9007199254740993}
            """),
        RunId = Guid.Parse("01980f5e-3c7a-7b1e-9f0a-5d2c8e4b6a10"),
        Steps = _ => (StepState.Skipped, null),
    };

    [Theory]
    [InlineData("inputs.n", "1.50")]
    [InlineData("inputs.list[1].k", "\"b\"")]
    [InlineData("inputs['a b'].c-d[1]", "true")]
    [InlineData("'it''s'", "\"it's\"")]
    [InlineData("\"}}\"", "\"}}\"")]
    [InlineData("-1.5e3", "-1.5e3")]
    [InlineData("null", "null")]
    [InlineData("1 < 2 and not (inputs.t == 'y') or false", "true")]
    [InlineData("not not false", "false")]
    [InlineData("false and inputs.missing", "false")]
    [InlineData("true or inputs.missing", "true")]
    [InlineData("inputs.n == 1.5", "true")]
    [InlineData("inputs.big > 9007199254740992", "true")]
    [InlineData("inputs.list[1] != inputs.list[2]", "true")]
    [InlineData("'a' <= 'b'", "true")]
    [InlineData("default(inputs.missing.more, 4)", "4")]
    [InlineData("default(inputs.none, 'd')", "\"d\"")]
    [InlineData("default(inputs.t, 'd')", "\"x\"")]
    [InlineData("default(steps.a.output, steps.a.state)", "\"skipped\"")]
    [InlineData("length(inputs.list)", "3")]
    [InlineData("max_by(inputs.list, 'r')", "{\"r\":5,\"k\":\"b\"}")]
    [InlineData("min_by(inputs.list, 'r')", "{\"r\":2}")]
    [InlineData("max_by(inputs.list, 'r').k", "\"b\"")]
    [InlineData("(inputs.list)[0].r < 3", "true")]
    public void It_has_a_value(string text, string expected) =>
        Assert.Equal(expected, Template.Parse($"${{{{ {text} }}}}").Render(Scope));

    [Theory]
    [InlineData("inputs.list[3]", "there is no [3] in a list of 3")]
    [InlineData("inputs.t.more", "there is no more in the text 'x'")]
    [InlineData("inputs.n and true", "'and' takes true or false, found 1.50")]
    [InlineData("inputs.n < 'a'", "compares two numbers or two texts")]
    [InlineData("min_by(inputs.list, 'r').k", "there is no k in an object with r")]
    [InlineData("length(1)", "length takes a list")]
    [InlineData("max_by(inputs.list, 'k')", "an item has no k")]
    [InlineData("max_by(inputs.t, 'k')", "a list that is not empty, found the text 'x'")]
    [InlineData("min_by(inputs.list, 1)", "a path as text")]
    public void It_has_no_value_and_says_why(string text, string error) =>
        Assert.Contains(
            error,
            Assert.Throws<ExpressionException>(() => Template.Parse($"${{{{ {text} }}}}").Render(Scope)).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("1 +", "character 7")]
    [InlineData("inputs[-1]", "an index from 0")]
    [InlineData("'open", "a closing '")]
    [InlineData("secrets.x", "one of inputs, steps")]
    [InlineData("1.2.3", "a number")]
    [InlineData("", "a value")]
    [InlineData("inputs. x", "a name")]
    [InlineData("1 < 2 < 3", "'}}'")]
    public void It_cannot_be_read_and_says_where(string text, string error) =>
        Assert.Contains(
            error,
            Assert.Throws<ExpressionException>(() => Template.Parse($"${{{{ {text} }}}}")).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("n=${{ inputs.n }}, ${{inputs.t}}", "\"n=1.50, x\"")]
    [InlineData("${{ inputs.none }} ${{ inputs.list[0] }}", "\"null {\\\"r\\\":2}\"")]
    [InlineData("$${{ inputs.n }}", "\"${{ inputs.n }}\"")]
    [InlineData("costs $5 }}", "\"costs $5 }}\"")]
    [InlineData(" ${{ inputs.n }}", "\" 1.50\"")]
    public void Inside_of_text_it_is_inserted(string text, string expected) => Assert.Equal(expected, Template.Parse(text).Render(Scope));
}
