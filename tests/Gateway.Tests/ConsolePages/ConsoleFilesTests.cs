using System.Net;
using System.Text.RegularExpressions;
using Skipper.Gateway.Tests.Fakes;

namespace Skipper.Gateway.Tests.ConsolePages;

public sealed partial class ConsoleFilesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everybody_may_read_the_files_of_the_console_and_nothing_else_where_keys_are_needed()
    {
        await using var gateway = await GatewayHost.StartAsync(("Skipper:Auth:Mode", "ApiKey"));

        Assert.Equal((200, "text/html"), await FileAsync(gateway, "/"));
        Assert.Equal((200, "text/javascript"), await FileAsync(gateway, "/console/app.js"));
        Assert.Equal((200, "text/css"), await FileAsync(gateway, "/console/console.css"));
        Assert.Equal((200, "image/svg+xml"), await FileAsync(gateway, "/console/icon.svg"));
        Assert.Equal(401, (await gateway.GetAsync("/api/v1/skipper/runs/events")).Status);
    }

    [Fact]
    public async Task A_file_that_the_browser_has_is_not_sent_again()
    {
        await using var gateway = await GatewayHost.StartAsync();
        using var first = await gateway.Http.GetAsync(new Uri("/console/app.js", UriKind.Relative), Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/console/app.js", UriKind.Relative));
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var again = await gateway.Http.SendAsync(request, Token);

        Assert.True(first.Headers.CacheControl!.NoCache);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Fact]
    public async Task All_modules_that_are_imported_are_there_and_no_script_is_in_the_page()
    {
        await using var gateway = await GatewayHost.StartAsync();
        var page = (await gateway.GetAsync("/")).Text;
        Assert.DoesNotMatch(@"<script(?![^>]*src=)|\son\w+=|style=", page);

        var seen = new HashSet<string>();
        var left = new Queue<string>(["app.js"]);
        while (left.TryDequeue(out var name))
        {
            var file = await gateway.GetAsync($"/console/{name}");
            Assert.True(file.Status == 200, name);
            foreach (Match import in Imports().Matches(file.Text))
            {
                if (seen.Add(import.Groups[1].Value))
                {
                    left.Enqueue(import.Groups[1].Value);
                }
            }
        }

        Assert.Contains("charts.js", seen);
    }

    private static async Task<(int Status, string? Type)> FileAsync(GatewayHost gateway, string path)
    {
        var answer = await gateway.GetAsync(path);
        return (answer.Status, answer.Type);
    }

    [GeneratedRegex("""(?:from |import\()"\./([\w.]+)""")]
    private static partial Regex Imports();
}
