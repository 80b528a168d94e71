using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Skipper.Testing;

/// <summary>A receiver of OTLP over HTTP on loopback that keeps the bytes: names in them are plain text.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Signal, string Text)> _received = new();
    private readonly WebApplication _app;

    private OtlpReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            _received.Enqueue((signal, Encoding.UTF8.GetString(body.ToArray())));
            return Results.Bytes([], "application/x-protobuf");
        });
    }

    /// <summary>What to configure as endpoint.</summary>
    public string Address => _app.Urls.Single();

    /// <summary>Starts one on a free port.</summary>
    public static async Task<OtlpReceiver> StartAsync(CancellationToken cancellationToken)
    {
        var receiver = new OtlpReceiver();
        await receiver._app.StartAsync(cancellationToken);
        return receiver;
    }

    /// <summary>Everything that came for <c>traces</c>, <c>metrics</c> or <c>logs</c>.</summary>
    public string Received(string signal) =>
        string.Concat(_received.Where(payload => payload.Signal == signal).Select(payload => payload.Text));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
