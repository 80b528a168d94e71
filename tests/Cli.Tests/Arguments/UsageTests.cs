namespace Skipper.Cli.Tests.Arguments;

/// <summary>What is misspelled or missing is named, with what was probably meant, and nothing is sent.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData("rnus", "Unknown verb 'rnus'", "Did you mean 'runs'?")]
    [InlineData("modles", "Unknown verb 'modles'", "Did you mean 'models'?")]
    [InlineData("dead", "Unknown verb 'dead'", "Did you mean 'dead-letters'?")]
    [InlineData("datasets imprt x y", "Unknown verb 'datasets imprt'", "Did you mean 'datasets import'?")]
    [InlineData("runs --stat failed", "Unknown option '--stat'", "Did you mean '--state'?")]
    [InlineData("runs --state faild", "--state must be", "Did you mean 'failed'?")]
    [InlineData("completion fish", "SHELL must be bash, zsh, pwsh, was 'fish'")]
    [InlineData("xyzzy", "Unknown verb 'xyzzy'", "known are submit, watch, runs")]
    [InlineData("--json", "Expected a verb")]
    [InlineData("watch", "ID is missing: the run")]
    [InlineData("watch 7", "ID must be the id of a run", "was '7'")]
    [InlineData("watch a b", "'b' is one value too many")]
    [InlineData("runs --limit ten", "--limit must be a whole number from 1 to 10000, was 'ten'")]
    [InlineData("runs --limit", "--limit needs a value: --limit N")]
    [InlineData("runs --json=yes", "--json takes no value, found 'yes'")]
    [InlineData("runs --since yesterday", "--since must be a time", "was 'yesterday'")]
    [InlineData("runs --limit 1 --limit 2", "--limit must be there once")]
    [InlineData("submit", "Expected a task type")]
    [InlineData("submit training --workflow housing", "Expected either a task type or --workflow")]
    [InlineData("submit training --data {", "--data is not JSON")]
    [InlineData("submit training --data @no-such-file", "no-such-file cannot be read")]
    [InlineData("submit training --set dataset", "--set must be NAME=VALUE, was 'dataset'")]
    [InlineData("submit training --set a=1 --set a.b=2", "--set a.b=2 does not fit")]
    [InlineData("submit training --priority 3", "--priority is for workflows")]
    [InlineData("submit --workflow w --payload 3", "--payload is for tasks")]
    [InlineData("promote housing two", "VERSION must be a whole number, was 'two'")]
    [InlineData("promote housing 2 --target price", "need --metric")]
    [InlineData("predict housing", "Expected either a FILE with rows")]
    [InlineData("predict housing - --json --format csv", "--json and --format csv exclude each other")]
    [InlineData("predict housing - --format table --out x", "A table is for the screen")]
    [InlineData("datasets import x no-such-file", "no-such-file cannot be read")]
    [InlineData("keys create ci --scope root", "--scope must be read, run, admin, was 'root'")]
    public async Task A_mistake_is_explained(string line, params string[] reasons)
    {
        // Nobody listens there: what is not understood must not get so far.
        var outcome = await Outcome.OfAsync([.. line.Split(' '), "--url", "http://127.0.0.1:9"]);
        outcome.Failed(ExitCode.Usage, line.Contains("--json", StringComparison.Ordinal) ? reasons : [.. reasons, "help'."]);
        Assert.Empty(outcome.Out);
    }

    [Fact]
    public async Task With_json_a_mistake_is_json_as_well()
    {
        var outcome = (await Outcome.OfAsync("runs", "--json", "--stat", "failed")).Failed(ExitCode.Usage);
        var error = System.Text.Json.JsonElement.Parse(outcome.Error);
        Assert.Equal(("usage", 2), (error.GetProperty("code").GetString(), error.GetProperty("exit_code").GetInt32()));
        Assert.Contains("Did you mean '--state'?", error.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("help")]
    [InlineData("")]
    public async Task The_help_names_every_verb_and_the_exit_codes(string line)
    {
        var help = (await Outcome.OfAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).Done().Out;
        Assert.All(
            SkipperCommand.Verbs.Where(verb => !verb.IsHidden),
            verb => Assert.Contains($"\n  {verb.Name} ", help, StringComparison.Ordinal));
        Assert.Contains("3 not reachable", help, StringComparison.Ordinal);
    }

    public static TheoryData<string> Names => [.. SkipperCommand.Verbs.Where(verb => !verb.IsHidden).Select(verb => verb.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_verb_explains_itself_with_examples(string name)
    {
        var help = (await Outcome.OfAsync([.. name.Split(' '), "--help"])).Done().Out;
        Assert.Equal(help, (await Outcome.OfAsync(["help", .. name.Split(' ')])).Done().Out);
        var verb = SkipperCommand.Verbs.Single(verb => verb.Name == name);
        Assert.Contains("Examples:\n  ", help, StringComparison.Ordinal);
        Assert.All(verb.AllOptions, option => Assert.Contains($"  {option.Usage} ", help, StringComparison.Ordinal));
        Assert.All(verb.Examples, example => Assert.Contains($"skipper {verb.Words[0]}", example, StringComparison.Ordinal));
    }
}
