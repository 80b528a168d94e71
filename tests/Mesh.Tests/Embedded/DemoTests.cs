using System.Globalization;
using System.Text.RegularExpressions;
using Skipper.Testing;

namespace Skipper.Mesh.Tests.Embedded;

/// <summary>The demo, as the README says to run it.</summary>
public sealed partial class DemoTests : IAsyncDisposable
{
    private readonly TestStorage _storage = TestStorage.Sqlite();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("linear")]
    [InlineData("xgboost")]
    public async Task The_demo_works_on_the_sample(string engine)
    {
        RequireEngine(engine);
        var output = await RunAsync("--engine", engine);
        Assert.Contains($"by {engine}", output, StringComparison.Ordinal);
        Assert.Contains("One prediction", output, StringComparison.Ordinal);
        Assert.InRange(TestR2(output, "price"), 0.6, 1);
    }

    [Theory]
    [InlineData("linear", 0.60)]
    [InlineData("xgboost", 0.80)]
    public async Task The_demo_reaches_its_quality_on_the_boston_housing_table(string engine, double leastR2)
    {
        RequireEngine(engine);
        var csv = ReferenceData.Find("housing/boston_housing.csv");
        Assert.InRange(TestR2(await RunAsync("--engine", engine, "--csv", csv, "--target", "price,ptratio"), "price"), leastR2, 1);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        await using var process = Start("demo", "--csv", "no_such.csv");
        Assert.Equal(2, await process.Process.WaitForExitAsync(Token));
        Assert.Contains("no_such.csv", process.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_that_is_not_there_fails_the_demo_and_is_named()
    {
        await using var process = Start("demo", "--target", "prize");
        Assert.Equal(1, await process.Process.WaitForExitAsync(Token));
        Assert.Contains("prize", process.Process.Output, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    private async Task<string> RunAsync(params string[] arguments)
    {
        await using var process = Start(["demo", .. arguments]);
        var code = await process.Process.WaitForExitAsync(Token);
        Assert.True(code == 0, process.Process.Output);
        return process.Process.Output;
    }

    private ServiceProcess Start(params string[] arguments) => ServiceProcess.Start(
        "Standalone", new Dictionary<string, string?> { ["Skipper__DataDirectory"] = _storage.Folder }, arguments);

    private static void RequireEngine(string engine)
    {
        if (engine == "xgboost")
        {
            NativeLibraries.RequireXGBoost();
        }
    }

    // A line of the table of metrics: | test | price | RMSE | MAE | R2 |
    private static double TestR2(string output, string target) => double.Parse(
        MetricLine().Matches(output).Single(line => line.Groups["target"].Value == target).Groups["r2"].Value,
        CultureInfo.InvariantCulture);

    [GeneratedRegex(@"test\s+\W\s+(?<target>\w+)\s+\W\s+[\d.]+\s+\W\s+[\d.]+\s+\W\s+(?<r2>[\d.]+)")]
    private static partial Regex MetricLine();
}
