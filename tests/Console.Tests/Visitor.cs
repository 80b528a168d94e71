using System.Text.Json;
using Microsoft.Playwright;

namespace Skipper.Console.Tests;

/// <summary>A page in the browser, and everything it did that it should not.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    private static readonly string Screenshots =
        Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "screenshots")).FullName;

    private readonly Uri _address;
    private readonly string _look;
    private readonly List<string> _faults = [];

    public Visitor(IPage page, Uri address, string look)
    {
        (Page, _address, _look) = (page, address, look);
        page.SetDefaultTimeout(60_000);
        page.Console += (_, message) => Note(message.Type is "error" or "warning", $"console {message.Type}: {message.Text} {message.Location}");
        page.PageError += (_, error) => Note(true, $"page error: {error}");
        page.Request += (_, request) => Note(
            new Uri(request.Url) is { Scheme: "http" or "https" or "ws" } url && url.Authority != address.Authority, $"other host: {request.Url}");
    }

    public IPage Page { get; }

    public ILocator Title => Page.Locator("h1");

    /// <summary>Goes to a page of the console and waits until it is shown.</summary>
    public async Task GoAsync(string route)
    {
        await Page.GotoAsync(new Uri(_address, $"/#/{route}").ToString());
        await Title.WaitForAsync();
        await Page.WaitForLoadStateAsync(LoadState.DOMContentLoaded);
    }

    public async Task<string> StateAsync() => (await Page.Locator("h1 + .facts .state").TextContentAsync())!;

    public Task WaitForStateAsync(string state) => Page.Locator("h1 + .facts .state", new() { HasText = state }).WaitForAsync();

    /// <summary>Presses what is named so.</summary>
    public Task PressAsync(string name, ILocator? within = null) =>
        (within ?? Page.Locator("body")).GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).First.ClickAsync();

    /// <summary>Keeps a picture of the whole page, for people to look at.</summary>
    public async Task ShootAsync(string name) => await Page.ScreenshotAsync(
        new() { Path = Path.Combine(Screenshots, $"{name}-{_look}.png"), FullPage = true });

    /// <summary>Nothing sticks out to the side, and axe finds nothing serious.</summary>
    public async Task CheckAsync(string name)
    {
        var over = await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth");
        Note(over > 0, $"{name} is {over} pixels too wide");

        // By the debugger, because the page lets no script in that is not its own.
        var debugger = await Page.Context.NewCDPSessionAsync(Page);
        await debugger.SendAsync("Runtime.evaluate", new() { ["expression"] = Axe() });
        var violations = await Page.EvaluateAsync<JsonElement>(
            "async () => (await axe.run()).violations.map(v => ({ impact: v.impact, text: `${v.id}: ${v.nodes.map(n => n.target).join(' ; ')}` }))");
        foreach (var violation in violations.EnumerateArray())
        {
            Note(
                violation.GetProperty("impact").GetString() is "serious" or "critical",
                $"{name} {violation.GetProperty("impact").GetString()} {violation.GetProperty("text").GetString()}");
        }
    }

    /// <summary>Asserts that nothing went wrong on any page.</summary>
    public void IsClean()
    {
        lock (_faults)
        {
            Assert.Empty(_faults);
        }
    }

    public async ValueTask DisposeAsync() => await Page.Context.CloseAsync();

    private static string Axe()
    {
        using var reader = new StreamReader(typeof(Visitor).Assembly.GetManifestResourceStream("axe.js")!);
        return reader.ReadToEnd();
    }

    private void Note(bool isFault, string text)
    {
        if (isFault)
        {
            lock (_faults)
            {
                _faults.Add(text);
            }
        }
    }
}
