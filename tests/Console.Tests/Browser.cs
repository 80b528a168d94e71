using Microsoft.Playwright;
using Skipper.Testing;

[assembly: AssemblyFixture(typeof(Skipper.Console.Tests.Browser))]

namespace Skipper.Console.Tests;

/// <summary>Debian's Chromium, driven by Playwright, which downloads nothing.</summary>
public sealed class Browser : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (File.Exists(Chromium))
        {
            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium });
        }
    }

    /// <summary>Somebody who looks at a mesh; skips the test, or fails it in CI, where there is no browser.</summary>
    internal async Task<Visitor> VisitAsync(Site site, int width = 1280, ColorScheme scheme = ColorScheme.Light)
    {
        if (_browser is null)
        {
            TestServers.Lacking($"There is no browser at {Chromium}: apt-get install chromium");
        }

        var context = await _browser!.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = width < 600 ? 844 : 900 },
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
        });
        return new Visitor(await context.NewPageAsync(), site.Address, $"{scheme.ToString().ToLowerInvariant()}-{width}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
