using System.Net;
using System.Text.Json;
using Skipper.Testing;

namespace Skipper.Shared.Engines.Tests.Remote;

/// <summary>A model server of the Open Inference Protocol on a port of its own, which answers as a test says.</summary>
internal sealed class OtherServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    public OtherServer()
    {
        Url = $"http://127.0.0.1:{FreePort.Next()}";
        _listener.Prefixes.Add($"{Url}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Url { get; }

    /// <summary>Status and body for a request; null = no answer before the server is closed.</summary>
    public Func<JsonElement, (int Status, string Body)?> Answer { get; set; } = _ => (200, """{"outputs":[]}""");

    public string? Path { get; private set; }

    public JsonElement Asked { get; private set; }

    public void Dispose()
    {
        _listener.Close();
        _serving.Wait(TimeSpan.FromSeconds(5));
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                await AnswerAsync(await _listener.GetContextAsync());
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // It was closed.
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        Path = context.Request.Url!.AbsolutePath;
        Asked = (await JsonDocument.ParseAsync(context.Request.InputStream)).RootElement;
        if (Answer(Asked) is not { } answer)
        {
            return;
        }

        context.Response.StatusCode = answer.Status;
        await using var writer = new StreamWriter(context.Response.OutputStream);
        await writer.WriteAsync(answer.Body);
    }
}
