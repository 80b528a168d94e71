using System.Net;
using Skipper.Gateway.Tests.Fakes;

namespace Skipper.Gateway.Tests.Security;

public sealed class RequestLimitTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Headers_that_are_too_large_are_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz");
        request.Headers.Add("X-Large", new string('x', 40_000));

        using var answer = await shared.Fresh().Http.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_before_it_is_read()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/skipper/predict/housing");
        request.Content = new ByteArrayContent(new byte[17 * 1024 * 1024]);
        request.Headers.ExpectContinue = true;

        using var answer = await shared.Fresh().Http.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Theory]
    [InlineData("/api/v1/skipper/workflows/x'%20OR%20'1'='1")]
    [InlineData("/api/v1/skipper/schedules/x%27%3B%20DROP%20TABLE%20gateway_runs%3B--")]
    [InlineData("/api/v1/skipper/runs/1%20OR%201=1")]
    [InlineData("/api/v1/skipper/artifacts/..%2f..%2fetc%2fpasswd")]
    [InlineData("/api/v1/skipper/artifacts/%2e%2e%2f%2e%2e%2fskipper.db")]
    public async Task Names_that_are_tricks_name_nothing(string path)
    {
        var answer = await shared.Fresh().GetAsync(path);

        Assert.InRange(answer.Status, 400, 499);
        Assert.DoesNotContain("root:", answer.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await shared.Fresh().GetAsync("/api/v1/skipper/runs")).Status);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/v1/skipper/runs")]
    [InlineData("/nothing")]
    public async Task Every_answer_tells_browsers_what_not_to_do(string path)
    {
        var headers = (await shared.Fresh().GetAsync(path)).Headers;

        Assert.Equal("nosniff", headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("DENY", headers.GetValues("X-Frame-Options").Single());
        Assert.Contains("default-src 'self'", headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }
}
