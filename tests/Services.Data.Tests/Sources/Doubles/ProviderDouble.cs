using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Sources.Doubles;

/// <summary>A provider on loopback: answers in the shapes that were recorded, and fails as its script says.</summary>
internal sealed partial class ProviderDouble : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ProviderDouble(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>What the next answer does wrong.</summary>
    public Func<Fault> Script { get; set; } = () => Fault.None;

    /// <summary>Every request: path, query, headers.</summary>
    public ConcurrentQueue<RecordedRequest> Requests { get; } = new();

    /// <summary>Runs before a request is answered, with its number from 1.</summary>
    public Func<int, Task> OnRequest { get; set; } = _ => Task.CompletedTask;

    public Dictionary<string, Func<HttpContext, JsonNode?>> Json { get; } = new(StringComparer.Ordinal);

    /// <summary>Anything else, by path.</summary>
    public Dictionary<string, Func<HttpContext, Task>> Other { get; } = new(StringComparer.Ordinal);

    public static async Task<ProviderDouble> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var provider = new ProviderDouble(app);
        app.Run(provider.AnswerAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return provider;
    }

    /// <summary>The declaration of a sample, asking here instead.</summary>
    public string Sample(string name, params (string Old, string New)[] changes)
    {
        var yaml = File.ReadAllText(SampleFile.Find($"sources/{name}.yaml"));
        foreach (var host in (string[])["https://api.open-meteo.com", "https://api.met.no", "https://api.weather.gov"])
        {
            yaml = yaml.Replace(host, Address.ToString().TrimEnd('/'), StringComparison.Ordinal);
        }

        return changes.Aggregate(yaml, (text, change) => text.Contains(change.Old, StringComparison.Ordinal)
            ? text.Replace(change.Old, change.New, StringComparison.Ordinal)
            : throw new ArgumentException($"The sample {name} has no '{change.Old}'.", nameof(changes)));
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        Requests.Enqueue(new RecordedRequest(
            context.Request.Path, context.Request.QueryString.Value ?? "", context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString())));
        await OnRequest(Requests.Count);
        var path = context.Request.Path.Value!;
        if (Other.TryGetValue(path, out var answer))
        {
            await answer(context);
            return;
        }

        var json = Json.FirstOrDefault(pair => path.StartsWith(pair.Key, StringComparison.Ordinal)).Value?.Invoke(context);
        if (context.Response.HasStarted || context.Response.StatusCode != StatusCodes.Status200OK)
        {
            return;
        }

        if (json is null)
        {
            await FailAsync(context, StatusCodes.Status404NotFound, """{"title":"Not Found","detail":"There is nothing here."}""");
            return;
        }

        await SendAsync(context, json);
    }

    private async Task SendAsync(HttpContext context, JsonNode json)
    {
        var fault = Script();
        var body = Encoding.UTF8.GetBytes(Spoil(json, fault));
        switch (fault)
        {
            case Fault.TooMany:
                context.Response.Headers.RetryAfter = "1";
                await FailAsync(
                    context, StatusCodes.Status429TooManyRequests,
                    """{"error":true,"reason":"Minutely API request limit exceeded. Please try again in one minute."}""");
                return;
            case Fault.TooManyUntil:
                context.Response.Headers.RetryAfter = TimeProvider.System.GetUtcNow().AddSeconds(1).ToString("r", CultureInfo.InvariantCulture);
                await FailAsync(context, StatusCodes.Status429TooManyRequests, "");
                return;
            case Fault.Unavailable:
                await FailAsync(context, StatusCodes.Status503ServiceUnavailable, "");
                return;
            case Fault.Broken:
                await FailAsync(context, StatusCodes.Status500InternalServerError, """{"title":"Unexpected Problem","status":500}""");
                return;
            case Fault.Slow:
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted)
                    .ContinueWith(_ => { }, TaskScheduler.Default);
                return;
            case Fault.CutOff:
                context.Response.ContentLength = body.Length;
                await context.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2));
                await context.Response.Body.FlushAsync();
                context.Abort();
                return;
            case Fault.Truncated:
                body = body[..(body.Length / 2)];
                break;
            case Fault.Html:
                body = "<html><body>We are doing maintenance.</body></html>"u8.ToArray();
                break;
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body);
    }

    private static async Task FailAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/problem+json";
        await context.Response.WriteAsync(body);
    }
}

internal sealed record RecordedRequest(string Path, string Query, IReadOnlyDictionary<string, string> Headers);
