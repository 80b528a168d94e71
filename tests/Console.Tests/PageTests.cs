using Microsoft.Playwright;
using Skipper.Gateway.Security;

namespace Skipper.Console.Tests;

/// <summary>How every page looks: wide and narrow, light and dark.</summary>
public sealed class PageTests(Site site, Browser browser) : IClassFixture<Site>
{
    private static readonly string[] Pages =
    [
        "runs", "workflows", "workflows/find", "datasets", "datasets/housing", "models", "models/housing", "serving", "serving/housing", "mesh",
    ];

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(390, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task Every_page_is_accessible_and_fits_without_an_error(int width, ColorScheme scheme)
    {
        await FillAsync();
        await using var visitor = await browser.VisitAsync(site, width, scheme);
        foreach (var route in Pages)
        {
            await visitor.GoAsync(route);
            await visitor.Page.Locator("nav [aria-current=page]").WaitForAsync();
            await visitor.Page.GetByText("Reading the columns").WaitForAsync(new() { State = WaitForSelectorState.Detached });
            await visitor.CheckAsync(route);
            await visitor.ShootAsync(route.Replace('/', '-'));
        }

        visitor.IsClean();
    }

    [Fact]
    public async Task Empty_pages_say_the_next_command()
    {
        await using var empty = new Site();
        await empty.StartAsync();
        await using var visitor = await browser.VisitAsync(empty);
        foreach (var (route, command) in new[]
        {
            ("runs", "tasks/execute_async"), ("workflows", "--data-binary @samples/workflows/housing.yaml"), ("models", "\"task_type\":\"training\""),
            ("serving", "/predict/housing"),
        })
        {
            await visitor.GoAsync(route);
            await visitor.Page.Locator("pre", new() { HasText = command }).First.WaitForAsync();
            await visitor.ShootAsync($"empty-{route}");
        }

        visitor.IsClean();
    }

    [Fact]
    public async Task Where_keys_are_needed_the_console_asks_for_one_and_keeps_it_in_the_tab()
    {
        await using var closed = new Site();
        await closed.StartAsync(("Skipper:Auth:Mode", "ApiKey"));
        var keys = (ApiKeyStore)closed.Services.GetService(typeof(ApiKeyStore))!;
        var wanted = new KeyRequest { Name = "console", Scope = "run" }.Check(DateTimeOffset.MinValue);
        var key = (await keys.CreateAsync(wanted, TestContext.Current.CancellationToken)).Reveal();
        await using var visitor = await browser.VisitAsync(closed);
        var page = visitor.Page;
        await page.GotoAsync(closed.Address.ToString());
        await page.GetByLabel("API key").FillAsync(key);
        await visitor.ShootAsync("key");
        await visitor.PressAsync("Use it");
        await visitor.Title.WaitForAsync();

        Assert.Equal("Runs", await visitor.Title.TextContentAsync());
        Assert.Equal(0, await page.EvaluateAsync<int>("() => document.cookie.length + Object.keys(localStorage).length"));
        await page.ReloadAsync();
        await visitor.Title.WaitForAsync();
        Assert.Equal(0, await page.GetByRole(AriaRole.Dialog).CountAsync());
    }

    /// <summary>Something of everything, once.</summary>
    private async Task FillAsync()
    {
        await site.WaitForDataAsync();
        if ((await site.GetAsync("/models")).GetProperty("models").GetArrayLength() > 0)
        {
            return;
        }

        await site.SendAsync(
            HttpMethod.Put, "/workflows/find", "name: find\nsteps:\n  find: { task: find_dataset, with: { name: housing } }\n", "application/yaml");
        await site.SendAsync(HttpMethod.Put, "/schedules/nightly", """{"workflow":"find","cron":"30 2 * * *","time_zone":"Europe/Berlin"}""");
        await site.EndedAsync(await site.TaskAsync("""{"task_type":"training","payload":"0.2","data":{"engine":"linear"}}"""), "succeeded");
        await site.EndedAsync(await site.TaskAsync("""{"task_type":"training","data":{"dataset":"absent"}}"""), "failed");
        await site.TaskAsync("""{"task_type":"mobilenet","payload":"nobody works on this"}""");
    }
}
