using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Skipper.Gateway.Security;
using Skipper.Gateway.Tests.Fakes;

namespace Skipper.Gateway.Tests.Security;

public sealed class KeyCheckTests : IAsyncLifetime
{
    private GatewayHost _gateway = null!;
    private string _read = "";
    private string _run = "";
    private string _admin = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayHost.StartAsync(("Skipper:Auth:Mode", "ApiKey"));
        (_read, _run, _admin) = (await KeyAsync(Scope.Read), await KeyAsync(Scope.Run), await KeyAsync(Scope.Admin));
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task No_endpoint_answers_without_a_key_that_is_good()
    {
        var revoked = await KeyAsync(Scope.Admin);
        await _gateway.Get<ApiKeyStore>().RevokeAsync(ApiKeyText.Parse(revoked)!.Id, Token);
        var otherSecret = _admin[..^3] + (_admin[^1] == 'A' ? "BBB" : "AAA");

        var operations = Operations();

        Assert.True(operations.Count > 60);
        foreach (var (method, path, _) in operations)
        {
            foreach (var key in new[] { null, revoked, otherSecret, "skipper", "skipper_000000000000_" + new string('x', 43) })
            {
                var answer = await _gateway.SendAsync(method, path, key, "{}");
                Assert.True(answer.Status == 401, $"{method} {path} answered {answer.Status} to {key ?? "no key"}");
                Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
            }
        }
    }

    [Fact]
    public async Task No_endpoint_answers_a_key_of_a_lesser_scope()
    {
        foreach (var (method, path, scope) in Operations())
        {
            foreach (var (key, has) in new[] { (_read, Scope.Read), (_run, Scope.Run) })
            {
                if (has < scope)
                {
                    var answer = await _gateway.SendAsync(method, path, key, "{}");
                    Assert.True(answer.Status == 403, $"{method} {path} answered {answer.Status} to a key of scope {has.Name()}");
                    Assert.Contains($"scope {scope.Name()}", answer.Text, StringComparison.Ordinal);
                }
            }
        }
    }

    [Theory]
    [InlineData("POST", "/api/v1/skipper/keys/", "admin")]
    [InlineData("GET", "/api/v1/skipper/audit", "admin")]
    [InlineData("PUT", "/api/v1/skipper/models/{name}/aliases/{alias}", "admin")]
    [InlineData("POST", "/api/v1/skipper/models/{name}/aliases/{alias}/rollback", "admin")]
    [InlineData("DELETE", "/api/v1/skipper/models/{name}/versions/{version:int}", "admin")]
    [InlineData("POST", "/api/v1/skipper/dead-letters/{id}/replay", "admin")]
    [InlineData("POST", "/api/v1/skipper/tasks/execute_async", "run")]
    [InlineData("POST", "/api/v1/skipper/predict/{model}", "run")]
    [InlineData("GET", "/api/v1/skipper/models/", "read")]
    public void What_an_endpoint_needs_is_what_was_meant(string method, string path, string scope) =>
        Assert.Contains(Endpoints(), found => found.Method == method && found.Pattern == path && found.Scope.Name() == scope);

    [Fact]
    public async Task A_key_that_is_good_works_in_either_header()
    {
        Assert.Equal(200, (await _gateway.SendAsync("GET", "/api/v1/skipper/runs", _read)).Status);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/skipper/runs");
        request.Headers.Add("X-Api-Key", _run);
        Assert.Equal(200, (await Answer.ReadAsync(await _gateway.Http.SendAsync(request, Token))).Status);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    [InlineData("/swagger/index.html")]
    public async Task What_says_only_that_we_are_here_needs_no_key(string path) =>
        Assert.Equal(200, (await _gateway.GetAsync(path)).Status);

    [Theory]
    [InlineData("/api/v1/skipper/../skipper/keys")]
    [InlineData("/api/v1/skipper/%6beys")]
    [InlineData("//api/v1/skipper/keys")]
    [InlineData("/api/v1/skipper/keys/")]
    [InlineData("/API/V1/SKIPPER/KEYS")]
    [InlineData("/api/v1/skipper/keys%2f..%2f..")]
    [InlineData("/nothing/here")]
    public async Task Tricks_with_the_path_need_a_key_too(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_gateway.Http.BaseAddress!.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));

        Assert.Equal(401, (await Answer.ReadAsync(await _gateway.Http.SendAsync(request, Token))).Status);
    }

    [Fact]
    public async Task A_key_may_make_so_many_requests_and_others_are_not_affected()
    {
        var few = await KeyAsync(Scope.Read, perMinute: 6);
        var statuses = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            statuses.Add((await _gateway.SendAsync("GET", "/api/v1/skipper/workflows", few)).Status);
        }

        Assert.Equal(200, statuses[0]);
        Assert.Contains(429, statuses);
        Assert.Equal(200, (await _gateway.SendAsync("GET", "/api/v1/skipper/workflows", _read)).Status);
    }

    [Fact]
    public async Task Keys_are_made_rotated_and_revoked_while_the_gateway_runs()
    {
        var made = await _gateway.SendAsync("POST", "/api/v1/skipper/keys", _admin, """{"name":"ci","scope":"run"}""");
        var (id, first) = (made.Json.GetProperty("id").GetString(), made.Json.GetProperty("key").GetString());
        Assert.Equal((201, 200), (made.Status, await GetAsync(first)));

        var rotated = await _gateway.SendAsync("POST", $"/api/v1/skipper/keys/{id}/rotate", _admin, """{"overlap_seconds":0}""");
        var second = rotated.Json.GetProperty("key").GetString();
        Assert.Equal((201, 401, 200), (rotated.Status, await GetAsync(first), await GetAsync(second)));

        var revoked = await _gateway.SendAsync("DELETE", $"/api/v1/skipper/keys/{rotated.Json.GetProperty("id").GetString()}", _admin);
        Assert.Equal((204, 401), (revoked.Status, await GetAsync(second)));

        var list = await _gateway.SendAsync("GET", "/api/v1/skipper/keys", _admin);
        Assert.DoesNotContain(first![20..], list.Text, StringComparison.Ordinal);
        Assert.Equal(2, list.Json.GetProperty("keys").EnumerateArray().Count(key => key.GetProperty("name").GetString() == "ci"));
    }

    [Theory]
    [InlineData("""{"scope":"run"}""", "name must have")]
    [InlineData("""{"name":"x","scope":"root"}""", "scope must be read, run or admin, was 'root'.")]
    [InlineData("""{"name":"x","scope":"run","expires_at":"2001-01-01T00:00:00Z"}""", "expires_at must be in the future")]
    [InlineData("""{"name":"x","scope":"run","requests_per_minute":-1}""", "requests_per_minute must be between")]
    public async Task A_key_that_makes_no_sense_is_refused(string body, string why)
    {
        var answer = await _gateway.SendAsync("POST", "/api/v1/skipper/keys", _admin, body);

        answer.IsProblem(422, "invalid_argument");
        Assert.Contains(why, answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_decided_and_what_was_refused_is_in_the_audit_log()
    {
        await _gateway.SendAsync("DELETE", "/api/v1/skipper/schedules/nothing", _run);
        await _gateway.SendAsync("DELETE", "/api/v1/skipper/schedules/nothing", _admin);
        await _gateway.SendAsync("DELETE", "/api/v1/skipper/schedules/nothing");

        var entries = (await _gateway.SendAsync("GET", "/api/v1/skipper/audit", _admin)).Json.GetProperty("entries").EnumerateArray()
            .Select(entry => (entry.GetProperty("caller").GetString(), entry.GetProperty("action").GetString(), entry.GetProperty("status").GetInt32()))
            .ToList();

        const string Action = "DELETE /api/v1/skipper/schedules/nothing";
        Assert.Equal([("anonymous", Action, 401), ("admin", Action, 404), ("run", Action, 403)], entries);
    }

    private async Task<int> GetAsync(string? key) => (await _gateway.SendAsync("GET", "/api/v1/skipper/workflows", key)).Status;

    private async Task<string> KeyAsync(Scope scope, int? perMinute = 0)
    {
        var text = await _gateway.Get<ApiKeyStore>().CreateAsync(new NewApiKey(scope.Name(), scope, perMinute, null), Token);
        _gateway.Get<ApiKeyRing>().Changed();
        return text.Reveal();
    }

    private List<(string Method, string Path, Scope Scope)> Operations() =>
        [.. Endpoints().Select(endpoint => (endpoint.Method, Sample(endpoint.Route), endpoint.Scope)).Distinct()];

    private IEnumerable<(string Method, string Pattern, RouteEndpoint Route, Scope Scope)> Endpoints() =>
        from endpoint in _gateway.Endpoints
        where endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]
        let scope = endpoint.Metadata.GetMetadata<EndpointScope>()?.Scope
            ?? (method == "GET" ? Scope.Read : method == "POST" ? Scope.Run : Scope.Admin)
        select (method, endpoint.RoutePattern.RawText!, endpoint, scope);

    private static string Sample(RouteEndpoint endpoint) => "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(
        segment => string.Concat(segment.Parts.Select(part => part switch
        {
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { ParameterPolicies: [{ Content: "guid" }, ..] } => Guid.Empty.ToString(),
            _ => "1",
        }))));
}
