namespace Skipper.Cli.Tests.Verbs;

/// <summary>Datasets and models from the command line.</summary>
public sealed class ModelVerbTests(LinesMesh mesh) : IClassFixture<LinesMesh>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_imported_CSV_is_listed_and_a_model_of_it_is_shown()
    {
        Assert.Equal($"lines version 1: {LinesMesh.Rows} rows, 3 columns, 0 rejected\n", mesh.Imported.Done().Out);
        Assert.Contains("lines version 1", mesh.Trained.Done().Out, StringComparison.Ordinal);
        Assert.Contains((await mesh.RunAsync("datasets")).Done().Rows, row => row is ["lines", "1", "60", "0", "3", _]);
        Assert.Contains((await mesh.RunAsync("models")).Done().Rows, row => row is ["lines", "1", "linear", "y", _, _]);

        var shown = (await mesh.RunAsync("models", "show", "lines@1")).Done().Out;
        Assert.Contains("lines version 1", shown, StringComparison.Ordinal);
        Assert.Contains("r2 1", shown, StringComparison.Ordinal);
        Assert.Contains("INPUT", shown, StringComparison.Ordinal);
        Assert.Equal("lines", (await mesh.RunAsync("models", "show", "lines", "--json")).Done().Json.GetProperty("name").GetString());
        (await mesh.RunAsync("models", "show", "lanes")).Failed(ExitCode.Failed, "lanes");
    }

    [Fact]
    public async Task Rows_that_are_rejected_are_named()
    {
        var rows = string.Join('\n', Enumerable.Range(0, 30).Select(i => $"{i},{i}"));
        var imported = (await mesh.PipeAsync($"a,b\n{rows}\nseven,1\n", "datasets", "import", "rejects", "-")).Done().Out;
        Assert.Contains("30 rows, 2 columns, 1 rejected\n  line 32: ", imported, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_alias_is_moved_and_a_gate_that_is_not_passed_is_a_failure()
    {
        var moved = (await mesh.RunAsync("promote", "lines", "1", "--alias", "tested", "--reason", "it fits")).Done();
        Assert.Equal("tested of lines points at version 1.\n", moved.Out);
        var versions = (await mesh.RunAsync("models", "versions", "lines")).Done().Rows;
        Assert.Contains(versions, row => row[0] == "1" && row[1].Contains("tested", StringComparison.Ordinal));
        Assert.Equal("1", (await mesh.RunAsync("models", "show", "lines@tested", "--json")).Done().Json.GetProperty("version").ToString());

        string[] metric = ["--alias", "tested", "--metric", "rmse", "--target", "y", "--minimum-gain"];
        (await mesh.TrainAsync("gated", "1")).Done();
        (await mesh.TrainAsync("gated", "0.001")).Done();
        (await mesh.RunAsync(["promote", "gated", "1", .. metric, "0"])).Done();
        var refused = (await mesh.RunAsync(["promote", "gated", "2", .. metric, "9"])).Failed(ExitCode.Failed);
        Assert.StartsWith("Not promoted: rmse of 'y'", refused.Out, StringComparison.Ordinal);
        Assert.Equal(
            "tested of gated points at version 2, before at 1.\n",
            (await mesh.RunAsync(["promote", "gated", "2", .. metric, "0"])).Done().Out);
        (await mesh.RunAsync("promote", "lines", "99")).Failed(ExitCode.Failed, "99");
    }

    [Fact]
    public async Task Workflows_are_checked_saved_listed_and_shown_as_they_were_written()
    {
        var file = mesh.PathOf("look.yaml");
        const string Source = "name: look\nsteps:\n  find: { task: find_dataset, with: { name: lines } } # the newest";
        await File.WriteAllTextAsync(file, Source, Token);
        (await mesh.RunAsync("workflows", "save", "look", file, "--check")).Done();
        (await mesh.RunAsync("workflows", "show", "look")).Failed(ExitCode.Failed, "look");
        Assert.Contains("look version 1", (await mesh.RunAsync("workflows", "save", "look", file)).Done().Out, StringComparison.Ordinal);
        Assert.Contains((await mesh.RunAsync("workflows")).Done().Rows, row => row is ["look", "1", _]);
        Assert.Equal(Source + "\n", (await mesh.RunAsync("workflows", "show", "look")).Done().Out);

        await File.WriteAllTextAsync(file, "name: look\nsteps:\n  find: { task: find_datset }\n  more: { tusk: training }\n", Token);
        (await mesh.RunAsync("workflows", "save", "look", file)).Failed(ExitCode.Failed, "line 3", "find_datset", "line 4");
    }
}
