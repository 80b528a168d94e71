using System.Text;
using Skipper.Services.Data.Sources.Http;

namespace Skipper.Services.Data.Tests.Sources;

public sealed class RobotsTests
{
    private const string Text = """
        # For all
        User-agent: other
        Disallow: /

        User-agent: *
        Disallow: /private
        Allow: /private/open
        Disallow: /*.csv$
        Crawl-delay: 2.5
        Sitemap: https://example.com/sitemap.xml
        """;

    [Theory]
    [InlineData("/", true)]
    [InlineData("/private", false)]
    [InlineData("/private/x", false)]
    [InlineData("/private/open/x", true)]
    [InlineData("/data.csv", false)]
    [InlineData("/data.csv?x=1", true)]
    public void The_longest_rule_counts(string path, bool allowed) =>
        Assert.Equal(allowed, Robots.Parse(Encoding.UTF8.GetBytes(Text), "skipper").Allows(path));

    [Fact]
    public void Rules_for_us_replace_those_for_all()
    {
        var robots = Robots.Parse(Encoding.UTF8.GetBytes($"{Text}\nUser-agent: a\nUser-agent: Skipper\nDisallow: /ours\n"), "skipper");

        Assert.True(robots.Allows("/private"));
        Assert.False(robots.Allows("/ours"));
        Assert.Null(robots.CrawlDelay);
    }

    [Fact]
    public void The_delay_is_read_and_bounded()
    {
        Assert.Equal(TimeSpan.FromSeconds(2.5), Robots.Parse(Encoding.UTF8.GetBytes(Text), "skipper").CrawlDelay);
        Assert.Equal(TimeSpan.FromMinutes(5), Robots.Parse("User-agent: *\nCrawl-delay: 86400"u8, "skipper").CrawlDelay);
    }

    [Fact]
    public void What_is_not_text_allows_all_and_harms_nobody() =>
        Assert.True(Robots.Parse([0xff, 0xfe, 0, 1, 2, (byte)':', (byte)'\n'], "skipper").Allows("/x"));
}
