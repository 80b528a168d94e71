using Skipper.Cli.Arguments;
using Skipper.Cli.Runs;

namespace Skipper.Cli.Tests.Arguments;

public sealed class CommandLineTests
{
    [Fact]
    public void Options_may_come_before_the_verb_with_an_equals_sign_and_several_times()
    {
        var line = Read("--url", "http://x", "--json", "runs", "--state=failed", "--state", "cancelled");
        Assert.Equal("runs", line.Verb.Name);
        Assert.Equal(["failed", "cancelled"], line.Options("state"));
        Assert.True(line.Has("json"));
        Assert.Equal("http://x", line.Option("url"));
    }

    [Fact]
    public void The_first_of_a_group_is_meant_where_no_second_word_is_said()
    {
        Assert.Equal("datasets list", Read("datasets", "--json").Verb.Name);
        Assert.Equal("keys create", Read("keys", "create", "ci").Verb.Name);
    }

    [Fact]
    public void What_comes_after_two_dashes_is_no_option()
    {
        var line = Read("dead-letters", "replay", "a", "--", "--b");
        Assert.Equal(["a", "--b"], line.Parameters("ID"));
    }

    [Theory]
    [InlineData("{\"a\":{\"b\":5,\"c\":\"housing\"}}", "a.b=5", "a.c=housing")]
    [InlineData("{\"a\":[1,2],\"b\":null,\"c\":\"x=y\"}", "a=[1,2]", "b=null", "c=x=y")]
    public async Task Members_that_are_set_are_JSON_where_they_can_be(string expected, params string[] settings)
    {
        var line = Read(["submit", "training", .. settings.SelectMany(setting => new[] { "--set", setting })]);
        using var session = new Session(line, Shells.Silent, TestContext.Current.CancellationToken);
        Assert.Equal(expected, (await SubmitData.ReadAsync(session))!.ToJsonString());
    }

    [Fact]
    public async Task Members_that_are_set_go_over_the_data()
    {
        using var session = new Session(
            Read("submit", "training", "--data", """{"a":1,"b":2}""", "--set", "b=3"),
            Shells.Silent,
            TestContext.Current.CancellationToken);
        Assert.Equal("""{"a":1,"b":3}""", (await SubmitData.ReadAsync(session))!.ToJsonString());
    }

    private static CommandLine Read(params string[] arguments) => CommandLineReader.Read(arguments, SkipperCommand.Verbs);
}
