using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Skipper.Bench.Rpc;

namespace Skipper.Bench.Gateways;

/// <summary>The least that passes a body to a worker and its answer back: no checks, no errors, no deadline.</summary>
internal sealed class MinimalServer(WebApplication app) : IAsyncDisposable
{
    public Uri Endpoint { get; } = new(new Uri(app.Urls.Single()), "/echo");

    public static async Task<MinimalServer> StartAsync(BareEcho echo)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/echo", async (HttpContext http) =>
        {
            var body = new byte[http.Request.ContentLength!.Value];
            await http.Request.Body.ReadExactlyAsync(body);
            var answer = await echo.CallAsync(body);
            http.Response.ContentType = "application/json";
            http.Response.ContentLength = answer.Length;
            await http.Response.Body.WriteAsync(answer);
        });
        await app.StartAsync();
        return new MinimalServer(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
