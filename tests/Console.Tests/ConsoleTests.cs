using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Skipper.Testing;

namespace Skipper.Console.Tests;

/// <summary>What people do in the console, in a browser, against the whole mesh.</summary>
public sealed partial class ConsoleTests(Site site, Browser browser) : IClassFixture<Site>
{
    private const string Slow =
        """
        {"task_type":"training","payload":"0.2","description":"slow",
         "data":{"model":"slow","engine":"xgboost","parameters":{"rounds":20000,"eta":0.0005,"early_stopping_rounds":20000}}}
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_training_is_submitted_and_watched_and_its_model_predicts()
    {
        await site.WaitForDataAsync();
        await using var visitor = await browser.VisitAsync(site);
        var page = visitor.Page;
        await visitor.GoAsync("runs");
        await visitor.PressAsync("Train a model");
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Engine").SelectOptionAsync("xgboost");
        await dialog.GetByLabel("Rounds").FillAsync("1500");
        await dialog.GetByLabel("Name of the model").FillAsync("watched");
        await visitor.ShootAsync("train");
        await visitor.PressAsync("Train", dialog);

        // Live: the page is never loaded again, and its figures move.
        await visitor.WaitForStateAsync("running");
        await page.Locator(".percent").Filter(new() { HasTextRegex = AboveZero() }).WaitForAsync();
        await visitor.ShootAsync("run-live");
        await visitor.WaitForStateAsync("succeeded");
        await page.Locator(".meter").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await visitor.ShootAsync("run-done");

        await page.GetByRole(AriaRole.Link, new() { Name = "watched version 1" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "What matters" }).WaitForAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "rmse of price by round" }).WaitForAsync();
        Assert.True(await page.Locator("figure svg.chart").CountAsync() >= 4, "There are plots of the model.");
        await page.GetByLabel("lstat", new() { Exact = true }).FillAsync("30");
        await visitor.PressAsync("Predict");
        var poor = await PriceAsync(page);
        await page.GetByLabel("lstat", new() { Exact = true }).FillAsync("3");
        await visitor.PressAsync("Predict");
        await Eventually.TrueAsync(async () => await PriceAsync(page) > poor, "a better quarter is more expensive", Token);
        await visitor.ShootAsync("model-predicts");
        visitor.IsClean();
    }

    [Fact]
    public async Task A_run_is_cancelled()
    {
        await site.WaitForDataAsync();
        var run = await site.TaskAsync(Slow);
        await using var visitor = await browser.VisitAsync(site);
        await visitor.GoAsync($"runs/{run}");
        await visitor.WaitForStateAsync("running");
        await visitor.PressAsync("Cancel");
        await visitor.Page.GetByLabel("Reason (optional)").FillAsync("too slow");
        await visitor.ShootAsync("cancel");
        await visitor.PressAsync("Cancel the run");

        await visitor.WaitForStateAsync("cancelled");
        Assert.Equal("too slow", (await site.GetAsync($"/runs/{run}")).GetProperty("cancel_reason").GetString());
        visitor.IsClean();
    }

    [Fact]
    public async Task A_failed_run_says_why_and_runs_again()
    {
        await site.WaitForDataAsync();
        var run = await site.EndedAsync(await site.TaskAsync("""{"task_type":"training","data":{"dataset":"absent"}}"""), "failed");
        await using var visitor = await browser.VisitAsync(site);
        await visitor.GoAsync($"runs/{run}");
        await visitor.Page.Locator(".note.bad", new() { HasText = "There is no dataset 'absent'" }).First.WaitForAsync();
        await visitor.ShootAsync("run-failed");
        await visitor.PressAsync("Rerun failed");
        await visitor.Page.GetByText("rerun of an earlier run").WaitForAsync();

        await visitor.WaitForStateAsync("failed");
        Assert.DoesNotContain(run, visitor.Page.Url, StringComparison.Ordinal);
        visitor.IsClean();
    }

    [Fact]
    public async Task The_list_of_runs_changes_while_one_looks()
    {
        await site.WaitForDataAsync();
        await using var visitor = await browser.VisitAsync(site);
        await visitor.GoAsync("runs");
        var run = await site.TaskAsync("""{"task_type":"training","data":{"dataset":"absent"},"description":"seen live"}""");
        var row = visitor.Page.Locator($"#r{run}");
        await row.GetByText("failed").WaitForAsync();
        Assert.Contains("seen live", await row.TextContentAsync(), StringComparison.Ordinal);

        await visitor.PressAsync("Succeeded");
        await row.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await visitor.PressAsync("Failed");
        await row.WaitForAsync();
        visitor.IsClean();
    }

    [Fact]
    public async Task A_workflow_is_run_and_its_graph_fills()
    {
        await site.WaitForDataAsync();
        await site.SendAsync(
            HttpMethod.Put,
            "/workflows/pair",
            """
            name: pair
            inputs:
              dataset: { type: string, default: housing }
            steps:
              find: { task: find_dataset, with: { name: "${{ inputs.dataset }}" } }
              split: { task: split_dataset, needs: [find], payload: "0.2", with: { dataset: "${{ inputs.dataset }}" }, reply: reference }
            """,
            "application/yaml");
        await using var visitor = await browser.VisitAsync(site);
        await visitor.GoAsync("workflows/pair");
        await visitor.PressAsync("Run");
        await visitor.PressAsync("Run", visitor.Page.GetByRole(AriaRole.Dialog));
        await visitor.WaitForStateAsync("succeeded");
        Assert.Equal(2, await visitor.Page.Locator(".graph .node.good").CountAsync());

        await visitor.Page.Locator(".graph .node").First.FocusAsync();
        await visitor.Page.Keyboard.PressAsync("Enter");
        await visitor.Page.GetByText("Step find").WaitForAsync();
        await visitor.ShootAsync("run-workflow");
        visitor.IsClean();
    }

    private static async Task<double> PriceAsync(IPage page) => double.Parse(
        await page.Locator(".tile", new() { HasText = "price" }).Locator(".prediction").InnerTextAsync(),
        System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex("^[1-9]")]
    private static partial Regex AboveZero();
}
